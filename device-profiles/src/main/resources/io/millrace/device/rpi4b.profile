millrace-profile 2
# Rates of computing are those of the machine code that the engine writes, by LLVM's static analyser
# over seven networks (the rig `boards`): worked out, not measured; `calibrate` on a real board
# replaces them.
title | Raspberry Pi 4 Model B

cores | 4 | stated by the maker | BCM2711, quad-core Cortex-A72: Raspberry Pi 4 Model B product brief
cpu.clock-hz | 1_500_000_000 | stated by the maker | Raspberry Pi 4 Model B product brief; later boards run at 1.8 GHz
memory.ram-bytes | 1_073_741_824 | stated by the maker | smallest variant, 1 GB LPDDR4: Raspberry Pi 4 Model B product brief
cache.l1d-bytes | 32_768 | stated by the maker | 32 KB for each core: Arm Cortex-A72 technical reference manual
cache.l2-bytes | 1_048_576 | stated by the maker | BCM2711: 1 MB shared by the four cores, Raspberry Pi documentation, processors
memory.bytes-per-second | 2.33e9 | measured on this model of board | bytes copied by one core, 64-bit Raspberry Pi OS, tinymembench memcpy in sbc-bench result 3OBF; a copy reads and writes, so reading alone is faster
compute.int8-macs-per-second | 1.08e10 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A72, all work of seven networks by all of its time
compute.int8-depthwise-macs-per-second | 5.1e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A72, all work of seven networks by all of its time
compute.elements-per-second | 1.05e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A72, all work of seven networks by all of its time
compute.slot-overhead-ns | 67 | modelled | assumed: 100 clocks until a kernel's pipeline is full
compute.handover-ns | 270 | modelled | assumed: 400 clocks, in which a cache line with the counter and one with rows go from core to core
compute.wake-ns | 40_000 | modelled | assumed: 60,000 clocks, in which a futex wakes a thread on an idle core
power.idle-milliw | 2_700 | measured on this model of board | 540 mA, Raspberry Pi OS Lite, no peripherals, USB meter: J. Geerling, pidramble.com, power consumption benchmarks
power.active-core-milliw | 925 | modelled | a quarter of what four busy cores add: 6.4 W under four-core stress less 2.7 W idle, J. Geerling, pidramble.com
power.spinning-core-milliw | 462 | modelled | assumed: half of an active core, for clocks, fetching and leakage, whatever it does
step | 600e6 | 287 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
step | 900e6 | 470 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
step | 1200e6 | 682 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
power.supply-milliw | 15_000 | stated by the maker | 5 V 3 A: Raspberry Pi documentation, introduction
energy.int8-mac-picoj | 42.8 | modelled | what an active core takes above a spinning one, by compute.int8-macs-per-second
energy.depthwise-mac-picoj | 90.7 | modelled | what an active core takes above a spinning one, by compute.int8-depthwise-macs-per-second
energy.element-picoj | 440 | modelled | what an active core takes above a spinning one, by compute.elements-per-second
energy.ram-byte-picoj | 198 | modelled | what an active core takes above a spinning one, by memory.bytes-per-second
radio.wakeup-millij | 1.5 | modelled | assumed: 5 ms at 300 mW until the radio has left power save and won the channel
radio.tail-ms | 200 | modelled | the Wi-Fi driver (brcmfmac) keeps the radio awake for about 200 ms after traffic
radio.tail-milliw | 150 | modelled | assumed: listening, no meter was asked
radio.tx-milliw | 950 | modelled | worked out: 150 mW of listening, and 0.8 W more while it sends, which is radio.tx-nanoj-per-byte times 20 Mbit/s of payload; no meter was asked
radio.tx-nanoj-per-byte | 320 | modelled | 0.8 W more while 20 Mbit/s of payload are sent; assumed for 802.11n on the board's antenna, no meter was asked
radio.rx-nanoj-per-byte | 120 | modelled | 0.3 W more while 20 Mbit/s of payload arrive; assumed for 802.11n on the board's antenna, no meter was asked
sensor.milliw | 0 | modelled | the bare board has none; a pipeline names its own
thermal.kelvin-per-watt | 8 | modelled | mean of 27.4 K above the air by 2.7 W, idle, and 38.5 K by 6.4 W, four cores busy; bare board, thermocouples: pi-plates.com, "Using a THERMOplate to measure temperatures on the RPi4"; power from the figures above
thermal.joule-per-kelvin | 20 | modelled | assumed: about 45 g of board and chips at 0.9 J/(g K), of which half warms within minutes
thermal.soft-limit-celsius | 80 | stated by the maker | no soft limit is defined: Raspberry Pi documentation, frequency management and thermal control
thermal.throttle-celsius | 80 | stated by the maker | cores are throttled progressively from 80 on, all at 85: Raspberry Pi documentation, frequency management and thermal control
