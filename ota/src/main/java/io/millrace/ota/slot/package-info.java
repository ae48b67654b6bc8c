/**
 * Two slots for programs, one of which runs. What is to run stands in one small file that is
 * replaced at once; everything else can be found out from it after a power cut at any moment.
 *
 * <pre>
 *   download        trial            switch: 1 state says so
 *   incoming.mill   incoming.mill    2 incoming.mill is renamed to b.mill
 *                   (a runs)         3 state says that b runs, and a is what to go back to
 * </pre>
 *
 * <p>After a cut between 1 and 3 the next start finds from the digests whether the rename happened,
 * and ends what was begun.
 */
package io.millrace.ota.slot;
