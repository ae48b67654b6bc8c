/**
 * What could have been had at most, known only afterwards.
 *
 * <p>Not a schedule but a bound that no schedule exceeds: a linear program whose rows are each
 * necessary for keeping the limits. Fewer rows or larger right sides only raise it, so whatever is
 * left out or rounded is rounded in favour of hindsight; the share that a policy reaches of it is
 * then at least what is reported.
 */
package io.millrace.rig.power.hindsight;
