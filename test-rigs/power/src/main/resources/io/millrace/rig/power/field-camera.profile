millrace-profile 2
# No board that is sold: a microcontroller of the Cortex-M85 class with external RAM and Wi-Fi, worked
# out from data sheets of such parts. Every figure is modelled.
title | Field camera (modelled)

cores | 1 | modelled | one Cortex-M85-class core
cpu.clock-hz | 480_000_000 | modelled | usual for such parts
memory.ram-bytes | 67_108_864 | modelled | 64 MB of external RAM
cache.l1d-bytes | 32_768 | modelled | usual for such parts
cache.l2-bytes | 1_048_576 | modelled | taken as the on-chip SRAM
memory.bytes-per-second | 4e8 | modelled | octal RAM at 200 MHz
compute.int8-macs-per-second | 6e8 | modelled | 1.25 multiply-accumulates a clock
compute.int8-depthwise-macs-per-second | 2.4e8 | modelled | 0.5 a clock
compute.elements-per-second | 1.2e8 | modelled | four clocks each
compute.slot-overhead-ns | 500 | modelled | assumed
compute.handover-ns | 1000 | modelled | one core: of no matter
compute.wake-ns | 100_000 | modelled | one core: of no matter
power.idle-milliw | 8 | modelled | core in its deep sleep, RAM in self-refresh, image sensor off between pictures
power.active-core-milliw | 2_000 | modelled | core, external RAM and its supply's losses while it works
power.spinning-core-milliw | 1_000 | modelled | half of it
power.supply-milliw | 5_000 | modelled | its regulator
energy.int8-mac-picoj | 1667 | modelled | what an active core takes above a spinning one, by its rate
energy.depthwise-mac-picoj | 4167 | modelled | what an active core takes above a spinning one, by its rate
energy.element-picoj | 8333 | modelled | what an active core takes above a spinning one, by its rate
energy.ram-byte-picoj | 2500 | modelled | what an active core takes above a spinning one, by its rate
radio.wakeup-millij | 300 | modelled | Wi-Fi module joins its network: 1 s at 300 mW
radio.tail-ms | 500 | modelled | until the module is put to sleep
radio.tail-milliw | 300 | modelled | module listening
radio.tx-milliw | 1_300 | modelled | 300 mW of listening and 1 W more while 4 Mbit/s are sent
radio.tx-nanoj-per-byte | 2_000 | modelled | 1 W while 4 Mbit/s are sent
radio.rx-nanoj-per-byte | 600 | modelled | 0.3 W while 4 Mbit/s arrive
sensor.milliw | 0 | modelled | in idle
thermal.kelvin-per-watt | 25 | modelled | small board in a closed case
thermal.joule-per-kelvin | 15 | modelled | some 20 g of board and case
thermal.soft-limit-celsius | 85 | modelled | usual limit of such parts
thermal.throttle-celsius | 95 | modelled | usual limit of such parts
