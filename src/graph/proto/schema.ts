import { Root, type INamespace, type IType } from 'protobufjs/light';

type Field = readonly [name: string, type: string, id: number, rule?: 'repeated'];

const fields = (...list: Field[]): IType => ({
  fields: Object.fromEntries(
    list.map(([name, type, id, rule]) => [name, rule ? { type, id, rule } : { type, id }]),
  ),
});

/** The messages of onnx.proto that a model of tensors needs, with its field numbers (ONNX IR version 8). */
const schema: INamespace = {
  nested: {
    AttributeProto: fields(
      ['name', 'string', 1],
      ['f', 'float', 2],
      ['i', 'int64', 3],
      ['s', 'bytes', 4],
      ['floats', 'float', 7, 'repeated'],
      ['ints', 'int64', 8, 'repeated'],
      ['type', 'int32', 20],
    ),
    ValueInfoProto: fields(['name', 'string', 1], ['type', 'TypeProto', 2]),
    NodeProto: fields(
      ['input', 'string', 1, 'repeated'],
      ['output', 'string', 2, 'repeated'],
      ['name', 'string', 3],
      ['op_type', 'string', 4],
      ['attribute', 'AttributeProto', 5, 'repeated'],
    ),
    ModelProto: fields(
      ['ir_version', 'int64', 1],
      ['producer_name', 'string', 2],
      ['producer_version', 'string', 3],
      ['doc_string', 'string', 6],
      ['graph', 'GraphProto', 7],
      ['opset_import', 'OperatorSetIdProto', 8, 'repeated'],
    ),
    GraphProto: fields(
      ['node', 'NodeProto', 1, 'repeated'],
      ['name', 'string', 2],
      ['initializer', 'TensorProto', 5, 'repeated'],
      ['input', 'ValueInfoProto', 11, 'repeated'],
      ['output', 'ValueInfoProto', 12, 'repeated'],
      ['value_info', 'ValueInfoProto', 13, 'repeated'],
    ),
    TensorProto: fields(
      ['dims', 'int64', 1, 'repeated'],
      ['data_type', 'int32', 2],
      ['name', 'string', 8],
      ['raw_data', 'bytes', 9],
      ['external_data', 'StringStringEntryProto', 13, 'repeated'],
      ['data_location', 'int32', 14],
    ),
    StringStringEntryProto: fields(['key', 'string', 1], ['value', 'string', 2]),
    TypeProto: fields(['tensor_type', 'TensorTypeProto', 1], ['sequence_type', 'SequenceTypeProto', 4]),
    // TypeProto.Tensor, TypeProto.Sequence and TensorShapeProto.Dimension in onnx.proto; the names are not part of the
    // format.
    TensorTypeProto: fields(['elem_type', 'int32', 1], ['shape', 'TensorShapeProto', 2]),
    SequenceTypeProto: fields(['elem_type', 'TypeProto', 1]),
    TensorShapeProto: fields(['dim', 'DimensionProto', 1, 'repeated']),
    DimensionProto: fields(['dim_value', 'int64', 1], ['dim_param', 'string', 2]),
    OperatorSetIdProto: fields(['domain', 'string', 1], ['version', 'int64', 2]),
  },
};

export const ModelProto = Root.fromJSON({ nested: { onnx: schema } }).lookupType('onnx.ModelProto');

/** TensorProto.DataType */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** TensorProto.DataLocation of weights that lie in a file of their own. */
export const EXTERNAL = 1;
