/** What a board can sense: one contract, its sources, and the clock that stamps samples. */
module io.millrace.sensors {
  // the reader of JPEG pictures, where a runtime has it; a folder of pictures says where it is
  // missing
  requires static java.desktop;

  exports io.millrace.sensors;
  exports io.millrace.sensors.align;
  exports io.millrace.sensors.audio;
  exports io.millrace.sensors.camera;
  exports io.millrace.sensors.clock;
  exports io.millrace.sensors.iio;
  exports io.millrace.sensors.live;
  exports io.millrace.sensors.message;
  exports io.millrace.sensors.power;
  exports io.millrace.sensors.replay;
}
