/**
 * Decides, before a window is worked on, where its answer comes from.
 *
 * <p>The order: the best plan of the ladder that is in time, that all accounts bear, and that can
 * be afforded for good; else a cheaper one; else the window waits, if its deadline leaves a chance;
 * else it is dropped. A decision to run or to offload takes what it costs at once, so that two
 * decisions cannot spend it twice.
 *
 * <p>The guarantee, for what is charged, is that of each account in {@code
 * io.millrace.node.budget}.
 */
package io.millrace.node.admission;
