millrace-profile 2
# No board that is sold: a microcontroller of the Cortex-M4 class with Bluetooth Low Energy, worked out
# from data sheets of such parts. Every figure is modelled.
title | Button-sized sensor (modelled)

cores | 1 | modelled | one Cortex-M4-class core
cpu.clock-hz | 64_000_000 | modelled | usual for such parts
memory.ram-bytes | 262_144 | modelled | usual for such parts
cache.l1d-bytes | 4096 | modelled | taken as a quarter of the instruction cache; the analyser wants a figure
cache.l2-bytes | 262_144 | modelled | taken as the on-chip SRAM
memory.bytes-per-second | 1.28e8 | modelled | two bytes a clock
compute.int8-macs-per-second | 3.2e7 | modelled | half a multiply-accumulate a clock, as CMSIS-NN reaches on such cores
compute.int8-depthwise-macs-per-second | 1.3e7 | modelled | a fifth a clock
compute.elements-per-second | 6.4e6 | modelled | ten clocks each
compute.slot-overhead-ns | 2_000 | modelled | assumed
compute.handover-ns | 1000 | modelled | one core: of no matter
compute.wake-ns | 100_000 | modelled | one core: of no matter
power.idle-milliw | 0.15 | modelled | sleeping, accelerometer on and filling its FIFO: 50 uA at 3 V
power.active-core-milliw | 15 | modelled | 5 mA at 3 V with the DC/DC converter, 64 MHz
power.spinning-core-milliw | 7.5 | modelled | half of it
power.supply-milliw | 60 | modelled | a coin cell's pulse of 20 mA
energy.int8-mac-picoj | 234 | modelled | what an active core takes above a spinning one, by its rate
energy.depthwise-mac-picoj | 577 | modelled | what an active core takes above a spinning one, by its rate
energy.element-picoj | 1172 | modelled | what an active core takes above a spinning one, by its rate
energy.ram-byte-picoj | 58.6 | modelled | what an active core takes above a spinning one, by its rate
radio.wakeup-millij | 4 | modelled | connection to the phone: some 200 ms of advertising and connecting at 20 mW
radio.tail-ms | 300 | modelled | connection kept until the last event
radio.tail-milliw | 6 | modelled | short connection interval
radio.tx-milliw | 22 | modelled | 6 mW of its connection and 16 mW more while 20 kB/s are sent
radio.tx-nanoj-per-byte | 800 | modelled | 16 mW at 20 kB/s
radio.rx-nanoj-per-byte | 800 | modelled | as sending
sensor.milliw | 0 | modelled | in idle
thermal.kelvin-per-watt | 100 | modelled | of no matter at some milliwatts
thermal.joule-per-kelvin | 5 | modelled | of no matter at some milliwatts
thermal.soft-limit-celsius | 85 | modelled | usual limit of such parts
thermal.throttle-celsius | 95 | modelled | usual limit of such parts
