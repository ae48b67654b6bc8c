millrace-profile 2
# Rates of computing are those of the machine code that the engine writes, by LLVM's static analyser
# over seven networks (the rig `boards`): worked out, not measured; `calibrate` on a real board
# replaces them.
title | Raspberry Pi 3 Model B+

cores | 4 | stated by the maker | BCM2837B0, quad-core Cortex-A53: Raspberry Pi 3 Model B+ product brief
cpu.clock-hz | 1_400_000_000 | stated by the maker | Raspberry Pi 3 Model B+ product brief; its firmware lowers it to 1.2 GHz above 60 degrees Celsius
memory.ram-bytes | 1_073_741_824 | stated by the maker | 1 GB LPDDR2: Raspberry Pi 3 Model B+ product brief
cache.l1d-bytes | 32_768 | stated by the maker | BCM2837: 32 KB for each Cortex-A53, Raspberry Pi documentation, processors
cache.l2-bytes | 524_288 | stated by the maker | BCM2837: 512 KB shared by the four cores, Raspberry Pi documentation, processors
memory.bytes-per-second | 1.13e9 | measured on this model of board | bytes copied by one core, tinymembench memcpy in sbc-bench result 1ism; a copy reads and writes, so reading alone is faster
compute.int8-macs-per-second | 2.9e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.int8-depthwise-macs-per-second | 8.0e8 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.elements-per-second | 1.7e8 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.slot-overhead-ns | 72 | modelled | assumed: 100 clocks until a kernel's pipeline is full
compute.handover-ns | 290 | modelled | assumed: 400 clocks, in which a cache line with the counter and one with rows go from core to core
compute.wake-ns | 43_000 | modelled | assumed: 60,000 clocks, in which a futex wakes a thread on an idle core
power.idle-milliw | 1_900 | measured on this model of board | 350 mA, Raspberry Pi OS Lite, no peripherals, USB meter: J. Geerling, pidramble.com, power consumption benchmarks
power.active-core-milliw | 800 | modelled | a quarter of what four busy cores add: 5.1 W under four-core stress less 1.9 W idle, J. Geerling, pidramble.com
power.spinning-core-milliw | 400 | modelled | assumed: half of an active core, for clocks, fetching and leakage, whatever it does
step | 600e6 | 269 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
step | 1200e6 | 647 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
power.supply-milliw | 12_500 | stated by the maker | 5 V 2.5 A: Raspberry Pi 3 Model B+ product brief
energy.int8-mac-picoj | 138 | modelled | what an active core takes above a spinning one, by compute.int8-macs-per-second
energy.depthwise-mac-picoj | 500 | modelled | what an active core takes above a spinning one, by compute.int8-depthwise-macs-per-second
energy.element-picoj | 2353 | modelled | what an active core takes above a spinning one, by compute.elements-per-second
energy.ram-byte-picoj | 354 | modelled | what an active core takes above a spinning one, by memory.bytes-per-second
radio.wakeup-millij | 1.5 | modelled | assumed: 5 ms at 300 mW until the radio has left power save and won the channel
radio.tail-ms | 200 | modelled | the Wi-Fi driver (brcmfmac) keeps the radio awake for about 200 ms after traffic
radio.tail-milliw | 150 | modelled | assumed: listening, no meter was asked
radio.tx-milliw | 950 | modelled | worked out: 150 mW of listening, and 0.8 W more while it sends, which is radio.tx-nanoj-per-byte times 20 Mbit/s of payload; no meter was asked
radio.tx-nanoj-per-byte | 320 | modelled | 0.8 W more while 20 Mbit/s of payload are sent; assumed for 802.11n on the board's antenna, no meter was asked
radio.rx-nanoj-per-byte | 120 | modelled | 0.3 W more while 20 Mbit/s of payload arrive; assumed for 802.11n on the board's antenna, no meter was asked
sensor.milliw | 0 | modelled | the bare board has none; a pipeline names its own
thermal.kelvin-per-watt | 11.6 | modelled | 22.1 K above the air, idle, bare board (M. Rowan, martinrowan.co.uk, July 2019), by 1.9 W, which is idle
thermal.joule-per-kelvin | 20 | modelled | assumed: about 45 g of board and chips at 0.9 J/(g K), of which half warms within minutes
thermal.soft-limit-celsius | 60 | stated by the maker | temp_soft_limit, from where the clock is 1.2 GHz: Raspberry Pi documentation, frequency management and thermal control
thermal.throttle-celsius | 80 | stated by the maker | cores are throttled progressively from 80 on, all at 85: Raspberry Pi documentation, frequency management and thermal control
