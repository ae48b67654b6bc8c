millrace-profile 2
# Rates of computing are those of the machine code that the engine writes, by LLVM's static analyser
# over seven networks (the rig `boards`): worked out, not measured; `calibrate` on a real board
# replaces them.
title | Raspberry Pi 5

cores | 4 | stated by the maker | BCM2712, quad-core Cortex-A76: Raspberry Pi 5 product brief
cpu.clock-hz | 2_400_000_000 | stated by the maker | Raspberry Pi 5 product brief
memory.ram-bytes | 2_147_483_648 | stated by the maker | 2 GB LPDDR4X, a small variant: Raspberry Pi 5 product brief
cache.l1d-bytes | 65_536 | stated by the maker | 64 KB for each core: Arm Cortex-A76 technical reference manual
cache.l2-bytes | 524_288 | stated by the maker | 512 KB for each core, and 2 MB L3 for all: Raspberry Pi 5 product brief
memory.bytes-per-second | 5.26e9 | measured on this model of board | bytes copied by one core at 2.4 GHz, tinymembench memcpy in sbc-bench result 4HDw; a copy reads and writes, so reading alone is faster
compute.int8-macs-per-second | 5.7e10 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A76, for which the Neoverse N1 stands, all work of seven networks by all of its time
compute.int8-depthwise-macs-per-second | 7.8e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A76, for which the Neoverse N1 stands, all work of seven networks by all of its time
compute.elements-per-second | 2.19e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A76, for which the Neoverse N1 stands, all work of seven networks by all of its time
compute.slot-overhead-ns | 42 | modelled | assumed: 100 clocks until a kernel's pipeline is full
compute.handover-ns | 170 | modelled | assumed: 400 clocks, in which a cache line with the counter and one with rows go from core to core
compute.wake-ns | 25_000 | modelled | assumed: 60,000 clocks, in which a futex wakes a thread on an idle core
power.idle-milliw | 3_300 | measured on this model of board | 0.65 A at 5.1 V, USB meter, network connected: T. Moody in the project Internet-in-a-Box, issue 4050, July 2025
power.active-core-milliw | 1_500 | modelled | a quarter of what busy cores add: a rise of 6.1 W from idle to a four-core benchmark, J. Geerling, sbc-reviews issue 21
power.spinning-core-milliw | 750 | modelled | assumed: half of an active core, for clocks, fetching and leakage, whatever it does
step | 1500e6 | 802 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
step | 1800e6 | 1015 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
step | 2100e6 | 1248 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
power.supply-milliw | 25_000 | stated by the maker | 5 V 5 A: Raspberry Pi documentation, introduction; with a supply of 3 A take 15,000
energy.int8-mac-picoj | 13.2 | modelled | what an active core takes above a spinning one, by compute.int8-macs-per-second
energy.depthwise-mac-picoj | 96.2 | modelled | what an active core takes above a spinning one, by compute.int8-depthwise-macs-per-second
energy.element-picoj | 342 | modelled | what an active core takes above a spinning one, by compute.elements-per-second
energy.ram-byte-picoj | 143 | modelled | what an active core takes above a spinning one, by memory.bytes-per-second
radio.wakeup-millij | 1.5 | modelled | assumed: 5 ms at 300 mW until the radio has left power save and won the channel
radio.tail-ms | 200 | modelled | the Wi-Fi driver (brcmfmac) keeps the radio awake for about 200 ms after traffic
radio.tail-milliw | 150 | modelled | assumed: listening, no meter was asked
radio.tx-milliw | 950 | modelled | worked out: 150 mW of listening, and 0.8 W more while it sends, which is radio.tx-nanoj-per-byte times 20 Mbit/s of payload; no meter was asked
radio.tx-nanoj-per-byte | 320 | modelled | 0.8 W more while 20 Mbit/s of payload are sent; assumed for 802.11n on the board's antenna, no meter was asked
radio.rx-nanoj-per-byte | 120 | modelled | 0.3 W more while 20 Mbit/s of payload arrive; assumed for 802.11n on the board's antenna, no meter was asked
sensor.milliw | 0 | modelled | the bare board has none; a pipeline names its own
thermal.kelvin-per-watt | 8.5 | modelled | about 50 degrees Celsius idle without a cooler (beamostore.com, guide to overheating of the Raspberry Pi 5), taken in air of 22, by 3.3 W, which is idle
thermal.joule-per-kelvin | 20 | modelled | assumed: about 45 g of board and chips at 0.9 J/(g K), of which half warms within minutes
thermal.soft-limit-celsius | 80 | stated by the maker | no softer limit than throttling: Raspberry Pi documentation, frequency management and thermal control
thermal.throttle-celsius | 80 | stated by the maker | cores are throttled progressively from 80 on, all at 85: Raspberry Pi documentation, frequency management and thermal control
