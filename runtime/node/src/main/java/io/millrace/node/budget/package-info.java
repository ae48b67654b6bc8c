/**
 * The limits that a node keeps, each as an account.
 *
 * <p>An {@link io.millrace.node.budget.Account} is asked whether it bears a {@link
 * io.millrace.node.budget.Charge} and takes it only then: average power over a span ({@link
 * io.millrace.node.budget.AveragePower}), peak power, the battery's reserve, heat, bytes of a day.
 * What they hold, they hold for what is charged. So a charge is the upper end of what it may take:
 * the modelled figure and the margin that the user declared or, once a meter has spoken, what
 * {@link io.millrace.node.budget.PowerModel} knows by then.
 *
 * <p>Times are nanoseconds of one monotonic clock. Nothing here allocates once it is made.
 */
package io.millrace.node.budget;
