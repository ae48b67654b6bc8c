millrace-profile 1
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
radio.wakeup-millij | 30 | modelled | the Wi-Fi driver (brcmfmac) keeps the radio awake for about 200 ms after traffic; listening is taken as 150 mW
radio.tx-nanoj-per-byte | 320 | modelled | 0.8 W more while 20 Mbit/s of payload are sent; assumed for 802.11n on the board's antenna, no meter was asked
radio.rx-nanoj-per-byte | 120 | modelled | 0.3 W more while 20 Mbit/s of payload arrive; assumed for 802.11n on the board's antenna, no meter was asked
