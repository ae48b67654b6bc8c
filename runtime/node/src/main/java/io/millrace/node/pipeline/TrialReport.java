package io.millrace.node.pipeline;

import java.util.Optional;

/**
 * What came of running a candidate beside the model that answers, on the same windows.
 *
 * @param windows how many both answered
 * @param wanted how many were wanted
 * @param alertsDiffer after how many of them any rule was in another state
 * @param greatestDifference of any output element, real units; 0 where outputs differ in number
 * @param active how long the model that answers took for a window, features included
 * @param candidate how long the candidate took
 * @param failure what the candidate failed with
 */
public record TrialReport(
    int windows,
    int wanted,
    int alertsDiffer,
    double greatestDifference,
    NodeSummary.Percentiles active,
    NodeSummary.Percentiles candidate,
    Optional<String> failure) {}
