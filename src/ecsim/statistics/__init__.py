"""Designs, comparisons and analyses of tables: tables in, tables out; nothing here simulates."""
