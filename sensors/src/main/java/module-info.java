/** What a board can sense: one contract, its sources, and the clock that stamps samples. */
module io.millrace.sensors {
  exports io.millrace.sensors;
  exports io.millrace.sensors.clock;
  exports io.millrace.sensors.power;
  exports io.millrace.sensors.replay;
}
