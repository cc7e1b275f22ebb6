import { tf } from '../../engine/index';

/** The input of keras_oracle.py and goldens.py: exact in float32, and the same in every language. */
export function ramp(shape: readonly number[]): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => {
    return ((i * 7919) % 1021) / 1024 - 0.5;
  });
  return tf.tensor(values, [...shape]);
}

/** What a model computes for {@link ramp}s of these shapes, one array for each output. */
export function predict(model: tf.LayersModel, shapes: readonly (readonly number[])[]): number[][] {
  return tf.tidy(() => {
    const inputs = shapes.map(ramp);
    const outputs = model.predict(inputs.length === 1 ? inputs[0] : inputs);
    return [outputs].flat().map((output) => Array.from(output.dataSync()));
  });
}
