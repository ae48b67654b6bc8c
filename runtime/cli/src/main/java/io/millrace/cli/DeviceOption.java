package io.millrace.cli;

import io.millrace.device.BadProfileException;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.ProfileText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Device profiles by their ids, or by the name of a file that {@code calibrate} wrote. */
final class DeviceOption implements ITypeConverter<DeviceProfile> {
  /** All ids, for completion and help. */
  static final class Ids implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return new ArrayList<>(DeviceProfiles.ids()).iterator();
    }
  }

  @Override
  public DeviceProfile convert(String id) {
    try {
      if (id.endsWith(".profile")) {
        return ProfileText.read(Path.of(id));
      }
      return DeviceProfiles.named(id);
    } catch (NoSuchFileException e) {
      throw new TypeConversionException(id + ": no such file");
    } catch (IOException e) {
      throw new TypeConversionException(id + ": " + e.getMessage());
    } catch (BadProfileException | IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
