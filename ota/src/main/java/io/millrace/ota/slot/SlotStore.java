package io.millrace.ota.slot;

import io.millrace.node.storage.Folder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.disk.Sha256;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.slot.SlotState.Phase;
import io.millrace.ota.slot.SlotState.Staged;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tinylog.Logger;

/**
 * The programs of one model on a board: which runs, which to go back to, which is on its way.
 * Methods change the state on disk before they return; after an exception the old state stands, on
 * disk and here. For one thread at a time.
 */
public final class SlotStore {
  /** The program that is on its way. */
  public static final String INCOMING = "incoming.mill";

  /** Its golden samples. */
  public static final String GOLDEN = "incoming.golden";

  static final String STATE = "state.json";
  private static final String PART = ".part";
  private static final List<String> LETTERS = List.of("a", "b");
  private static final int MAX_STATE_BYTES = 64 << 10;

  /** So often a program may be tried or started without showing itself. */
  static final int MAX_ATTEMPTS = 3;

  private final SmallFiles files;
  private final Folder folder;
  private SlotState state;

  private SlotStore(SmallFiles files, SlotState state) {
    this.files = files;
    folder = files.folder();
    this.state = state;
  }

  /**
   * Opens a folder and ends or undoes what a power cut interrupted. An active program whose bytes
   * are damaged gives way to the one before it.
   */
  public static SlotStore open(SmallFiles files) throws IOException {
    files.sweep();
    SlotState state = SlotState.EMPTY;
    Optional<byte[]> file = files.read(STATE, MAX_STATE_BYTES);
    if (file.isPresent()) {
      try {
        state = SlotState.read(file.get());
      } catch (BadJsonException e) {
        Logger.error("slots begin anew, since their state is damaged: {}", e.getMessage());
      }
    }
    SlotStore store = new SlotStore(files, state);
    store.finishSwitch();
    store.leaveDamaged();
    store.removeOrphans();
    return store;
  }

  private static String file(String slot) {
    return slot + ".mill";
  }

  private void write(SlotState next) throws IOException {
    files.replace(STATE, next.bytes());
    state = next;
  }

  // --- after a start ---------------------------------------------------------------------------

  private void finishSwitch() throws IOException {
    if (state.staged().isEmpty() || state.staged().get().phase() != Phase.SWITCH) {
      return;
    }
    ModelRelease release = state.staged().get().release();
    if (holds(file(target()), release) || holds(INCOMING, release)) {
      finishSwitch(release);
    } else {
      Logger.warn("{} was lost while it was put in its place; it will be fetched again", release);
      write(state.with(Optional.empty()));
    }
  }

  private void leaveDamaged() throws IOException {
    if (state.active().isEmpty()) {
      return;
    }
    String slot = state.active().get();
    if (holds(file(slot), state.slots().get(slot))) {
      return;
    }
    Logger.error("the program in slot {} is damaged: {}", slot, state.slots().get(slot));
    Map<String, ModelRelease> left = new LinkedHashMap<>(state.slots());
    left.remove(slot);
    String other = other(slot);
    boolean whole = left.containsKey(other) && holds(file(other), left.get(other));
    if (!whole) {
      left.clear();
    }
    write(state.with(left, whole ? Optional.of(other) : Optional.empty(), true));
  }

  private boolean holds(String name, ModelRelease release) throws IOException {
    return files.exists(name)
        && folder.size(name) == release.bytes()
        && Sha256.of(folder, name).equals(release.sha256());
  }

  private void removeOrphans() throws IOException {
    boolean removed = false;
    for (String name : folder.names()) {
      boolean slot =
          LETTERS.stream().anyMatch(l -> name.equals(file(l)) && !state.slots().containsKey(l));
      boolean staging =
          state.staged().isEmpty()
              && List.of(INCOMING, GOLDEN, INCOMING + PART, GOLDEN + PART).contains(name);
      if (slot || staging) {
        folder.delete(name);
        removed = true;
      }
    }
    if (removed) {
      folder.sync();
    }
  }

  // --- what is there ---------------------------------------------------------------------------

  /** The folder that everything is in. */
  public SmallFiles files() {
    return files;
  }

  /** The program that runs; empty before the first install. */
  public Optional<ModelRelease> active() {
    return state.active().map(state.slots()::get);
  }

  /** The name of its file. */
  public Optional<String> activeFile() {
    return state.active().map(SlotStore::file);
  }

  /** The slot it is in. */
  public Optional<String> activeSlot() {
    return state.active();
  }

  /** The program to go back to. */
  public Optional<ModelRelease> previous() {
    return state.active().map(SlotStore::other).map(state.slots()::get);
  }

  /** The name of its file. */
  public Optional<String> previousFile() {
    return previous().map(release -> file(other(state.active().orElseThrow())));
  }

  /** The program that is on its way. */
  public Optional<ModelRelease> staged() {
    return state.staged().map(Staged::release);
  }

  /** Whether the active program has shown itself since it became active. */
  public boolean confirmed() {
    return state.confirmed();
  }

  /** Whether a program failed here before. */
  public boolean isRefused(String sha256) {
    return state.refused().contains(sha256);
  }

  private static String other(String slot) {
    return slot.equals("a") ? "b" : "a";
  }

  /** Where the next program goes. */
  private String target() {
    return state.active().map(SlotStore::other).orElse("a");
  }

  // --- an update -------------------------------------------------------------------------------

  /** A release is on its way now; what has come of another is dropped, of this one kept. */
  public void stage(ModelRelease release) throws IOException {
    if (state.staged().isPresent() && state.staged().get().release().equals(release)) {
      return;
    }
    drop();
    write(state.with(Optional.of(new Staged(release, Phase.DOWNLOAD, 0))));
  }

  /** Nothing is on its way any more; it may come again. */
  public void drop() throws IOException {
    if (state.staged().isPresent()) {
      write(state.with(Optional.empty()));
    }
    removeOrphans();
  }

  /**
   * What is on its way is whole and begins to show itself.
   *
   * @return false if it was begun too often without an end: it brings the process down
   */
  public boolean beginTrial() throws IOException {
    Staged staged = state.staged().orElseThrow();
    if (staged.attempts() >= MAX_ATTEMPTS) {
      return false;
    }
    write(
        state.with(Optional.of(new Staged(staged.release(), Phase.TRIAL, staged.attempts() + 1))));
    return true;
  }

  /** What was on its way runs from now on; what ran is what to go back to. */
  public void commit() throws IOException {
    ModelRelease release = staged().orElseThrow();
    int attempts = state.staged().orElseThrow().attempts();
    write(state.with(Optional.of(new Staged(release, Phase.SWITCH, attempts))));
    finishSwitch(release);
    removeOrphans();
  }

  private void finishSwitch(ModelRelease release) throws IOException {
    String slot = target();
    if (files.exists(INCOMING)) {
      folder.rename(INCOMING, file(slot));
    }
    folder.sync();
    Map<String, ModelRelease> slots = new LinkedHashMap<>(state.slots());
    slots.put(slot, release);
    write(state.with(slots, Optional.of(slot), false).with(Optional.empty()));
  }

  /** What was on its way failed; it is not fetched again by itself. */
  public void refuse() throws IOException {
    String sha256 = staged().orElseThrow().sha256();
    write(state.refusing(sha256).with(Optional.empty()));
    removeOrphans();
  }

  /** A program that failed here may be tried again: somebody said so. */
  public void forgive(String sha256) throws IOException {
    if (isRefused(sha256)) {
      write(state.forgiving(sha256));
    }
  }

  /** The active program has shown itself. */
  public void confirm() throws IOException {
    if (!state.confirmed()) {
      write(state.with(state.slots(), state.active(), true));
    }
  }

  /**
   * A process is about to run the active program.
   *
   * @return the program that was given up because it was started too often without showing itself;
   *     the one before it is active then, or none
   */
  public Optional<ModelRelease> starting() throws IOException {
    if (state.active().isEmpty() || state.confirmed()) {
      return Optional.empty();
    }
    if (state.starts() < MAX_ATTEMPTS) {
      write(state.withStarts(state.starts() + 1));
      return Optional.empty();
    }
    return goBack();
  }

  /**
   * Goes back to the program before; the one that ran is refused from now on.
   *
   * @return the program that was given up; empty if none is active. Without one to go back to, none
   *     is active afterwards
   */
  public Optional<ModelRelease> goBack() throws IOException {
    if (state.active().isEmpty()) {
      return Optional.empty();
    }
    String slot = state.active().get();
    ModelRelease given = state.slots().get(slot);
    Map<String, ModelRelease> left = new LinkedHashMap<>(state.slots());
    left.remove(slot);
    String other = other(slot);
    boolean whole = left.containsKey(other) && holds(file(other), left.get(other));
    if (!whole) {
      left.clear();
    }
    write(
        state
            .refusing(given.sha256())
            .with(left, whole ? Optional.of(other) : Optional.empty(), true));
    removeOrphans();
    return Optional.of(given);
  }
}
