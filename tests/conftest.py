"""Helpers that tests share (`runs`, `shop`, `tiny`, `figures`, `parcels`) lie beside this file, on the path of imports."""
