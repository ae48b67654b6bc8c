/**
 * Sensors that the kernel drives: Linux's Industrial I/O. A device is a folder {@code iio:deviceN}
 * below {@code /sys/bus/iio/devices}; its values are read one by one from files ({@link
 * io.millrace.sensors.iio.PolledIioSensor}) or in step with the device's own clock from {@code
 * /dev/iio:deviceN} ({@link io.millrace.sensors.iio.BufferedIioCapture}). The folders are given, so
 * that captured trees of real boards serve as well as the machine's own. After the kernel's
 * Documentation/ABI/testing/sysfs-bus-iio and Documentation/driver-api/iio.
 */
package io.millrace.sensors.iio;
