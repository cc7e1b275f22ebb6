/** Connection files, which clients write for the kernel. */
import { damagedJsonText } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { readConnection, address } = built('kernel/protocol/connection.js');
const { Wire } = built('kernel/protocol/wire.js');

const SOUND = {
  ...{
    transport: 'tcp',
    ip: '127.0.0.1',
    key: 'secret',
    signature_scheme: 'hmac-sha256',
    kernel_name: 'convlab',
  },
  ...{ shell_port: 5001, iopub_port: 5002, stdin_port: 5003, control_port: 5004, hb_port: 5005 },
};

export const target = fileTarget({
  name: 'connection',
  file: 'kernel.json',
  errors: ['ConnectionFileError'],
  tells: /: expected (.+ as \w+, got .+|a connection file written by a Jupyter client; .+)/,
  prepare: () => damagedJsonText([SOUND, { ...SOUND, transport: 'ipc', ip: '/tmp/kernel' }]),
  read(path) {
    const connection = readConnection(path);
    const wire = new Wire(connection.key, connection.digest);
    wire.decode(wire.encode(wire.compose('status', {}, undefined)));
    address(connection, connection.shell_port);
  },
});
