export { gate, GateError, type GateOptions } from './gate';
