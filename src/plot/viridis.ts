import type { ColourScale } from './theme';

/**
 * The 256 colours of viridis, red, green and blue, from dark to bright: even in brightness and readable by
 * everyone (Nathaniel Smith and Stéfan van der Walt, 2015; matplotlib's `_cm_listed.py`, released as CC0).
 */
export const VIRIDIS_RGB: Uint8Array = Buffer.from(
  'RAFURAJWRQRXRQVZRgdaRghcRgpdRgteRw1gRw5hRxBjRxFkRxNlSBRnSBZoSBdpSBhqSBpsSBttSBxuSB1vSB9wSCBxSCFzSCN0' +
    'SCR1SCV2SCZ3SCh4SCl5Ryp6Ryx6Ry17Ry58Ry99RjB+RjJ+RjN/RjSARTWBRTeBRTiCRDmDRDqDRDuEQz2EQz6FQj+FQkCGQkGG' +
    'QUKHQUSHQEWIQEaIP0eIP0iJPkmJPkqJPkyKPU2KPU6KPE+KPFCLO1GLO1KLOlOLOlSMOVWMOVaMOFiMOFmMN1qMN1uNNlyNNl2N' +
    'NV6NNV+NNGCNNGGNM2KNM2ONMmSOMmWOMWaOMWeOMWiOMGmOMGqOL2uOL2yOLm2OLm6OLm+OLXCOLXGOLHGOLHKOLHOOK3SOK3WO' +
    'KnaOKneOKniOKXmOKXqOKXuOKHyOKH2OJ36OJ3+OJ4COJoGOJoKOJoKOJYOOJYSOJYWOJIaOJIeOI4iOI4mOI4qNIouNIoyNIo2N' +
    'IY6NIY+NIZCNIZGMIJKMIJKMIJOMH5SMH5WLH5aLH5eLH5iLH5mKH5qKHpuKHpyJHp2JH56JH5+IH6CIH6GIH6GHH6KHIKOGIKSG' +
    'IaWFIaaFIqeFIqiEI6mDJKqDJauCJayCJq2BJ62BKK6AKa9/KrB/LLF+LbJ9LrN8L7R8MbV7MrZ6NLZ5Nbd5N7h4OLl3Orp2O7t1' +
    'Pbx0P7xzQL1yQr5xRL9wRsBvSMFuSsFtTMJsTsNrUMRqUsVpVMVoVsZnWMdlWshkXMhjXsliYMpgY8tfZcteZ8xcac1bbM1abs5Y' +
    'cM9Xc9BWddBUd9FTetFRfNJQf9NOgdNNhNRLhtVJidVIi9ZGjtZFkNdDk9dBldhAmNg+m9k8ndk7oNo5oto3pds2qNs0qtwyrdww' +
    'sN0vst0ttd4ruN4put4ovd8mwN8lwt8jxeAhyOAgyuEfzeEd0OEc0uIb1eIa2OIZ2uMZ3eMY3+MY4uQY5eQZ5+QZ6uUa7OUb7+Uc' +
    '8eUd9OYe9uYg+OYh++cj/ecl',
  'base64',
);

/** So many parts lie between the stops that stand for the scale where a figure writes it out: 255 = 15 × 17. */
const PARTS = 17;

/** Viridis as stops to mix between, at most 5 of 255 from the true colours. */
export const VIRIDIS: ColourScale = Array.from({ length: PARTS + 1 }, (_, i) => {
  const rgb = VIRIDIS_RGB.subarray(45 * i, 45 * i + 3);
  return [Number((i / PARTS).toFixed(4)), `#${Buffer.from(rgb).toString('hex')}`];
});
