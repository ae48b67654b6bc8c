package io.millrace.ota.slot;

import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import io.millrace.ota.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the state file says.
 *
 * @param slots what is in each slot
 * @param active the slot that runs; empty before the first install
 * @param confirmed whether the active one has shown itself since it became active
 * @param starts how often it was started without being confirmed
 * @param staged what is on its way
 * @param refused digests of programs that failed here, oldest first
 */
record SlotState(
    Map<String, ModelRelease> slots,
    Optional<String> active,
    boolean confirmed,
    int starts,
    Optional<Staged> staged,
    List<String> refused) {
  static final SlotState EMPTY =
      new SlotState(Map.of(), Optional.empty(), true, 0, Optional.empty(), List.of());

  private static final int FORMAT = 1;
  private static final int MAX_REFUSED = 16;

  /** How far what is staged has come. */
  enum Phase {
    DOWNLOAD,
    TRIAL,
    SWITCH
  }

  /**
   * What is on its way.
   *
   * @param attempts trials that were begun
   */
  record Staged(ModelRelease release, Phase phase, int attempts) {}

  SlotState {
    slots = Map.copyOf(slots);
    refused =
        List.copyOf(refused.subList(Math.max(0, refused.size() - MAX_REFUSED), refused.size()));
  }

  SlotState with(Optional<Staged> now) {
    return new SlotState(slots, active, confirmed, starts, now, refused);
  }

  SlotState with(Map<String, ModelRelease> slots, Optional<String> active, boolean confirmed) {
    return new SlotState(slots, active, confirmed, 0, staged, refused);
  }

  SlotState withStarts(int count) {
    return new SlotState(slots, active, confirmed, count, staged, refused);
  }

  SlotState refusing(String sha256) {
    List<String> more = new ArrayList<>(refused);
    more.remove(sha256);
    more.add(sha256);
    return new SlotState(slots, active, confirmed, starts, staged, more);
  }

  SlotState forgiving(String sha256) {
    List<String> fewer = new ArrayList<>(refused);
    fewer.remove(sha256);
    return new SlotState(slots, active, confirmed, starts, staged, fewer);
  }

  byte[] bytes() {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("format", FORMAT);
    Map<String, Object> slotForms = new TreeMap<>();
    slots.forEach((slot, release) -> slotForms.put(slot, form(release)));
    form.put("slots", slotForms);
    active.ifPresent(slot -> form.put("active", slot));
    form.put("confirmed", confirmed);
    form.put("starts", starts);
    staged.ifPresent(s -> {
      Map<String, Object> stagedForm = form(s.release());
      stagedForm.put("phase", s.phase().name());
      stagedForm.put("attempts", s.attempts());
      form.put("staged", stagedForm);
    });
    form.put("refused", refused);
    try {
      return CanonicalJson.bytes(form);
    } catch (BadJsonException e) {
      throw new IllegalStateException("texts and whole numbers have a canonical form", e);
    }
  }

  private static Map<String, Object> form(ModelRelease release) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("sha256", release.sha256());
    form.put("bytes", release.bytes());
    form.put("name", release.name());
    form.put("version", release.version());
    return form;
  }

  static SlotState read(byte[] file) throws BadJsonException {
    JsonObject form = JsonObject.parse(file, SlotStore.STATE);
    form.integer("format", FORMAT, FORMAT);
    Map<String, ModelRelease> slots = new LinkedHashMap<>();
    for (Map.Entry<String, JsonObject> each : form.object("slots").members().entrySet()) {
      slots.put(each.getKey(), release(each.getValue()));
    }
    Optional<Staged> staged = Optional.empty();
    if (form.has("staged")) {
      JsonObject s = form.object("staged");
      try {
        staged =
            Optional.of(
                new Staged(
                    release(s),
                    Phase.valueOf(s.text("phase")),
                    (int) s.integer("attempts", 0, 1000)));
      } catch (IllegalArgumentException e) {
        throw s.bad("phase", "is none");
      }
    }
    Optional<String> active = form.optionalText("active");
    if (active.isPresent() && !slots.containsKey(active.get())) {
      throw form.bad("active", "slot " + active.get() + " is empty");
    }
    return new SlotState(
        slots,
        active,
        form.bool("confirmed"),
        (int) form.integer("starts", 0, 1_000_000),
        staged,
        form.texts("refused"));
  }

  private static ModelRelease release(JsonObject form) throws BadJsonException {
    return new ModelRelease(
        form.hex("sha256", 32),
        form.integer("bytes", 1, Long.MAX_VALUE),
        form.text("name"),
        form.text("version"));
  }
}
