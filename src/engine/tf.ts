import * as tf from '@tensorflow/tfjs';
import { quietTfjs } from './quiet';

quietTfjs(tf);

/** The one tfjs namespace of the process: layers, engines and users' code share its tensors and kernels. */
export { tf };
