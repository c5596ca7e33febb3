"""Statistics of simulation experiments: tables in, tables out; nothing here simulates.

For a researcher who has runs of any model:

* ``space``, ``designs``: uncertain parameters, and the points of the space at which to run;
* ``comparison``, ``simultaneous``, ``confidence_bands``, ``proportions``, ``stopping``: paired comparison of arms under
  common random numbers, one arm by another or all at once, over time, of yes or no, and when there is enough;
* ``sensitivity`` (``estimators``): Sobol, Morris and PAWN indices, tornado;
* ``selection``: the best of several arms with a promised probability, or for a given budget;
* ``robustness``: rankings over futures under deep uncertainty;
* ``discovery`` (``rule_induction``, ``subgroup_boxes``): boxes of the space in which something happens (PRIM);
* ``breaking``, ``adversarial_search``: the strength of a shock that breaks a target, the mildest combination that does;
* ``function``, ``outcomes``, ``validate``, ``rounding``, ``resampling``, ``bounds``: what the others share.

Arms share their random draws replication by replication (common random numbers, "the same luck"): differences are
paired, and replications, or blocks of a design, are what is drawn again for an interval.
"""
