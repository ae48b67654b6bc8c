package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.node.alert.Alert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** Real messages against the published schema. */
class AlertSchemaTest {
  private static List<String> faults(byte[] message) throws IOException {
    return JsonSchema.beside(MqttAlertSink.class, "alert.schema.json").faults(message);
  }

  @Test
  void shouldFitTheSchemaWhateverTheAlertSays() throws IOException {
    for (int i = 0; i < 20; i++) {
      assertEquals(List.of(), faults(Messages.alert(Alerts.numbered("id" + i, i))));
    }
    Alert odd =
        new Alert(
            "i",
            "",
            "",
            "quote \" line \n nul \0",
            Double.NaN,
            Alert.State.CLEARED,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            0,
            Alert.Origin.CLOUD,
            "",
            "",
            Double.POSITIVE_INFINITY);
    assertEquals(List.of(), faults(Messages.alert(odd)));
    assertEquals(
        odd.label(), JSON.std.mapFrom(Messages.alert(odd)).get("label"), "text comes back whole");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"state\":\"raised\"    | \"state\":\"begun\"    | /state enum",
        "\"id\":\"id0\"          | \"id\":\"\"            | /id minLength",
        "\"priority\":0          | \"priority\":0.5       | /priority type",
        "\"rule\":               | \"ruler\":             | required",
        "\"index\":0             | \"index\":-1           | /window/index minimum",
        "millrace.alert/1        | millrace.alert/2       | /schema const",
      })
  void shouldBeAbleToFail(String part, String other, String fault) throws IOException {
    String good = new String(Messages.alert(Alerts.numbered("id0", 0)), StandardCharsets.UTF_8);
    String bad = good.replace(part, other);
    assertFalse(bad.equals(good), "nothing was replaced");
    List<String> wrong = faults(bad.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        true, wrong.stream().anyMatch(each -> each.strip().equals(fault)), wrong::toString);
  }
}
