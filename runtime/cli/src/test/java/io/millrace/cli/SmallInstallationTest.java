package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/**
 * A small installation has of the compiler its errors alone, yet the command line looks at the
 * fields and methods of every command before it runs one.
 */
class SmallInstallationTest {
  private static final String COMPILER = "io.millrace.compiler";

  @Test
  void shouldNameNoTypeOfTheCompilerInTheHeadsOfCommands() {
    List<String> found = new ArrayList<>();
    for (Class<?> command : Millrace.class.getAnnotation(Command.class).subcommands()) {
      for (Field f : command.getDeclaredFields()) {
        note(command, f.getName(), Stream.of(f.getType()), found);
      }
      for (Method m : command.getDeclaredMethods()) {
        Stream<Class<?>> head =
            Stream.concat(Stream.of(m.getReturnType()), Stream.of(m.getParameterTypes()));
        note(command, m.getName(), Stream.concat(head, Stream.of(m.getExceptionTypes())), found);
      }
    }
    assertEquals(List.of(), found);
  }

  private static void note(
      Class<?> command, String member, Stream<Class<?>> types, List<String> found) {
    types
        .map(t -> t.isArray() ? t.getComponentType() : t)
        .filter(t -> t.getName().startsWith(COMPILER))
        .filter(t -> !(t.getPackageName().equals(COMPILER) && Exception.class.isAssignableFrom(t)))
        .forEach(t -> found.add(command.getSimpleName() + "." + member + ": " + t.getName()));
  }
}
