export { check, type CheckOptions } from './check';
export type { CheckName } from './checks/index';
export { GradeError, type Finding } from './errors';
export { gate, GateError, type GateOptions } from './gate';
export { answers } from './remote/answers';
