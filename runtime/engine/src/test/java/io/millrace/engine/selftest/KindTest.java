package io.millrace.engine.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.engine.machine.RandomPrograms;
import io.millrace.program.Program;
import org.junit.jupiter.api.Test;

class KindTest {
  @Test
  void shouldTellOperatorsApartWhoseCodeDiffersInLength() {
    Program program = new RandomPrograms(3).depthwise();
    assertEquals(Kind.of(0, program, 400), Kind.of(0, new RandomPrograms(3).depthwise(), 400));
    assertNotEquals(Kind.of(0, program, 400), Kind.of(0, program, 404));
    assertNotEquals(Kind.of(0, program, 400), Kind.of(0, new RandomPrograms(4).depthwise(), 400));
  }
}
