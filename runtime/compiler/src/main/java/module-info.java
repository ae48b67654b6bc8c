/** From a model file to a program. */
module io.millrace.compiler {
  requires transitive io.millrace.program;
  requires transitive io.millrace.device;
  requires com.google.protobuf;

  exports io.millrace.compiler;
  exports io.millrace.compiler.driver;
  exports io.millrace.compiler.graph;
  exports io.millrace.compiler.onnx;
  exports io.millrace.compiler.pass;
  exports io.millrace.compiler.schedule;
  exports io.millrace.compiler.split;
  exports io.millrace.compiler.tflite;
}
