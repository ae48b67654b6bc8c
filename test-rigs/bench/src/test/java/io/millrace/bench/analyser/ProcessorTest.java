package io.millrace.bench.analyser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InputException;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  private static String cpuinfo(String maker, int family) {
    return "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %d\nmodel\t\t: 2\n"
        .formatted(maker, family);
  }

  @Test
  void shouldTellZen4FromZen5() throws Exception {
    assertEquals(Processor.ZEN_4, Processor.among(cpuinfo("AuthenticAMD", 25), true));
    assertEquals(Processor.ZEN_5, Processor.among(cpuinfo("AuthenticAMD", 26), true));
  }

  @Test
  void shouldRefuseProcessorsThatItHasNoTablesFor() {
    for (String cpu :
        new String[] {
          cpuinfo("GenuineIntel", 6), cpuinfo("AuthenticAMD", 23), cpuinfo("AuthenticAMD", 27), ""
        }) {
      InputException refused =
          assertThrows(InputException.class, () -> Processor.among(cpu, true), cpu);
      assertTrue(refused.getMessage().contains("Zen 4 and Zen 5 only"), refused.getMessage());
    }
    // Zen 3 has the family of Zen 4
    assertThrows(InputException.class, () -> Processor.among(cpuinfo("AuthenticAMD", 25), false));
  }

  @Test
  void shouldNarrowWhatZen5DoesInOneClock() {
    assertEquals(
        "vfmadd231ps 0x40(%rsi),%ymm2,%ymm3",
        Processor.ZEN_5.corrected("vpdpbusd 0x40(%rsi),%zmm2,%zmm3"));
    assertEquals(
        "vpaddd (%rsi){1to8},%ymm2,%ymm3{%k1}",
        Processor.ZEN_5.corrected("vpaddd (%rsi){1to16},%zmm2,%zmm3{%k1}"));
    assertEquals(
        "vmovdqu32 0x10(%rax),%ymm31", Processor.ZEN_5.corrected("vpbroadcastd 0x10(%rax),%zmm31"));
    assertEquals(
        "vpermilps $0x0, (%rax),%ymm1", Processor.ZEN_5.corrected("vpmovzxbd (%rax),%zmm1"));
    for (String same :
        new String[] {
          "vextracti64x4 $0x1,%zmm0,0x200(%r9)",
          "vpmovdb %zmm1,%xmm1",
          "vpdpbusds %ymm1,%ymm2,%ymm3",
          "add %rsi,%rax"
        }) {
      assertEquals(same, Processor.ZEN_5.corrected(same));
    }
  }
}
