millrace-profile 2
# Rates of computing are those of the machine code that the engine writes, by LLVM's static analyser
# over seven networks (the rig `boards`): worked out, not measured; `calibrate` on a real board
# replaces them.
title | Raspberry Pi Zero 2 W

cores | 4 | stated by the maker | RP3A0, quad-core Cortex-A53: Raspberry Pi Zero 2 W product brief
cpu.clock-hz | 1_000_000_000 | stated by the maker | Raspberry Pi Zero 2 W product brief
memory.ram-bytes | 536_870_912 | stated by the maker | 512 MB LPDDR2: Raspberry Pi Zero 2 W product brief
cache.l1d-bytes | 32_768 | stated by the maker | BCM2837 in the RP3A0: 32 KB for each Cortex-A53, Raspberry Pi documentation, processors
cache.l2-bytes | 524_288 | stated by the maker | BCM2837 in the RP3A0: 512 KB shared by the four cores, Raspberry Pi documentation, processors
memory.bytes-per-second | 1.3e9 | measured on this model of board | bytes copied by one core at 1.0 GHz, tinymembench memcpy in sbc-bench result 3E85; a copy reads and writes, so reading alone is faster
compute.int8-macs-per-second | 2.1e9 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.int8-depthwise-macs-per-second | 6.2e8 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.elements-per-second | 1.4e8 | modelled | what llvm-mca 19 has for the kernels' machine code on the Cortex-A53, all work of seven networks by all of its time
compute.slot-overhead-ns | 100 | modelled | assumed: 100 clocks until a kernel's pipeline is full
compute.handover-ns | 400 | modelled | assumed: 400 clocks, in which a cache line with the counter and one with rows go from core to core
compute.wake-ns | 60_000 | modelled | assumed: 60,000 clocks, in which a futex wakes a thread on an idle core
power.idle-milliw | 600 | measured on this model of board | 120 mA at 5 V, Raspberry Pi OS Bullseye, no peripherals, Otii Arc: CNX Software, December 2021
power.active-core-milliw | 450 | modelled | the Raspberry Pi 3 B+ has the same cores and takes 800 mW for each at 1.4 GHz; times 1.0/1.4 for the clock and about 0.8 for the square of the lower voltage
power.spinning-core-milliw | 225 | modelled | assumed: half of an active core, for clocks, fetching and leakage, whatever it does
step | 600e6 | 229 | modelled | the active core's power times the clock and the square of the voltage, which is assumed to fall by a fifth of the clock's fall
power.supply-milliw | 12_500 | stated by the maker | 5 V 2.5 A, as the maker recommends: CNX Software, December 2021
energy.int8-mac-picoj | 107 | modelled | what an active core takes above a spinning one, by compute.int8-macs-per-second
energy.depthwise-mac-picoj | 363 | modelled | what an active core takes above a spinning one, by compute.int8-depthwise-macs-per-second
energy.element-picoj | 1607 | modelled | what an active core takes above a spinning one, by compute.elements-per-second
energy.ram-byte-picoj | 173 | modelled | what an active core takes above a spinning one, by memory.bytes-per-second
radio.wakeup-millij | 1.5 | modelled | assumed: 5 ms at 300 mW until the radio has left power save and won the channel
radio.tail-ms | 200 | modelled | the Wi-Fi driver (brcmfmac) keeps the radio awake for about 200 ms after traffic
radio.tail-milliw | 150 | modelled | assumed: listening, no meter was asked
radio.tx-milliw | 950 | modelled | worked out: 150 mW of listening, and 0.8 W more while it sends, which is radio.tx-nanoj-per-byte times 20 Mbit/s of payload; no meter was asked
radio.tx-nanoj-per-byte | 320 | modelled | 0.8 W more while 20 Mbit/s of payload are sent; assumed for 802.11n on the board's antenna, no meter was asked
radio.rx-nanoj-per-byte | 120 | modelled | 0.3 W more while 20 Mbit/s of payload arrive; assumed for 802.11n on the board's antenna, no meter was asked
sensor.milliw | 0 | modelled | the bare board has none; a pipeline names its own
thermal.kelvin-per-watt | 21 | modelled | (74 - 22) K above the air, all cores busy with stress-ng, by 2.4 W, which is idle and four active cores; bare board on a desk: PiCockpit, "Does the Pi Zero 2 require a heat sink?"
thermal.joule-per-kelvin | 9 | modelled | from 47 to 80 degrees Celsius in 3.5 minutes with four busy cores (S. Russell, scruss.com, November 2021) is a time constant of about 190 s, by the resistance
thermal.soft-limit-celsius | 80 | stated by the maker | no softer limit than throttling: Raspberry Pi documentation, frequency management and thermal control
thermal.throttle-celsius | 80 | stated by the maker | cores are throttled progressively from 80 on, all at 85: Raspberry Pi documentation, frequency management and thermal control
