package io.millrace.engine.encode.aarch64;

/** Vector instructions on whole registers, with the lanes that they work on in their names. */
public enum Neon {
  SMULL_8H(0x0E20C000), // smull Vd.8h, Vn.8b, Vm.8b
  SMULL2_8H(0x4E20C000), // smull2 Vd.8h, Vn.16b, Vm.16b
  SMLAL_8H(0x0E208000), // smlal Vd.8h, Vn.8b, Vm.8b
  SMLAL2_8H(0x4E208000), // smlal2 Vd.8h, Vn.16b, Vm.16b
  SADDW_4S(0x0E601000), // saddw Vd.4s, Vn.4s, Vm.4h
  SADDW2_4S(0x4E601000), // saddw2 Vd.4s, Vn.4s, Vm.8h
  ADDP_4S(0x4EA0BC00), // addp Vd.4s, Vn.4s, Vm.4s
  ADD_4S(0x4EA08400), // add Vd.4s, Vn.4s, Vm.4s
  SUB_4S(0x6EA08400), // sub Vd.4s, Vn.4s, Vm.4s
  SUB_16B(0x6E208400), // sub Vd.16b, Vn.16b, Vm.16b
  MUL_4S(0x4EA09C00), // mul Vd.4s, Vn.4s, Vm.4s
  MLA_4S(0x4EA09400), // mla Vd.4s, Vn.4s, Vm.4s
  SDOT_4S(0x4E809400), // sdot Vd.4s, Vn.16b, Vm.16b
  SMMLA_4S(0x4E80A400), // smmla Vd.4s, Vn.16b, Vm.16b
  EOR_16B(0x6E201C00), // eor Vd.16b, Vn.16b, Vm.16b
  SQADD_8H(0x4E600C00), // sqadd Vd.8h, Vn.8h, Vm.8h
  SMAX_16B(0x4E206400), // smax Vd.16b, Vn.16b, Vm.16b
  SMIN_16B(0x4E206C00), // smin Vd.16b, Vn.16b, Vm.16b
  ZIP1_4S(0x4E803800), // zip1 Vd.4s, Vn.4s, Vm.4s
  ZIP2_4S(0x4E807800), // zip2 Vd.4s, Vn.4s, Vm.4s
  ZIP1_2D(0x4EC03800), // zip1 Vd.2d, Vn.2d, Vm.2d
  ZIP2_2D(0x4EC07800), // zip2 Vd.2d, Vn.2d, Vm.2d
  FMUL_4S(0x6E20DC00), // fmul Vd.4s, Vn.4s, Vm.4s
  FADD_4S(0x4E20D400), // fadd Vd.4s, Vn.4s, Vm.4s
  FDIV_4S(0x6E20FC00), // fdiv Vd.4s, Vn.4s, Vm.4s
  FMLA_4S(0x4E20CC00), // fmla Vd.4s, Vn.4s, Vm.4s
  FADD_S(0x1E202800), // fadd Sd, Sn, Sm
  FMUL_S(0x1E200800), // fmul Sd, Sn, Sm
  FDIV_S(0x1E201800), // fdiv Sd, Sn, Sm

  // of one source
  SADALP_4S(0x4E606800, 1), // sadalp Vd.4s, Vn.8h
  SCVTF_4S(0x4E21D800, 1), // scvtf Vd.4s, Vn.4s
  FCVTNS_4S(0x4E21A800, 1), // fcvtns Vd.4s, Vn.4s
  FCVTAS_4S(0x4E21C800, 1), // fcvtas Vd.4s, Vn.4s
  FCVTZS_4S(0x4EA1B800, 1), // fcvtzs Vd.4s, Vn.4s
  SQXTN_4H(0x0E614800, 1), // sqxtn Vd.4h, Vn.4s
  SQXTN2_8H(0x4E614800, 1), // sqxtn2 Vd.8h, Vn.4s
  SQXTN_8B(0x0E214800, 1), // sqxtn Vd.8b, Vn.8h
  SQXTN2_16B(0x4E214800, 1), // sqxtn2 Vd.16b, Vn.8h
  SSHLL_8H(0x0F08A400, 1), // sshll Vd.8h, Vn.8b, #0
  SSHLL2_8H(0x4F08A400, 1), // sshll2 Vd.8h, Vn.16b, #0
  SSHLL_4S(0x0F10A400, 1), // sshll Vd.4s, Vn.4h, #0
  SSHLL2_4S(0x4F10A400, 1); // sshll2 Vd.4s, Vn.8h, #0

  private final int bits;
  private final int sources;

  Neon(int bits) {
    this(bits, 2);
  }

  Neon(int bits, int sources) {
    this.bits = bits;
    this.sources = sources;
  }

  /** The instruction with all registers 0. */
  int bits() {
    return bits;
  }

  /** One or two. */
  int sources() {
    return sources;
  }
}
