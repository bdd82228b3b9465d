// Package plots draws the figures by which purchase models are judged, and
// gives the numbers behind each of them as a table.
//
// A chart is a [Figure]: a type that holds its numbers, made by one function
// from a model and a [history.Table], with three methods. Plot returns the
// picture, WriteCSV the numbers and Caption the sentence that says what good
// looks like. [Save] and [Render] write pictures as SVG, PNG or PDF, the same
// bytes for the same input.
//
// A new chart is one file and one test: the type, the function that makes it,
// and the three methods. Plot begins with newPlot, which sets the common style,
// and takes its colours from the palette; texts stand in the title, on the
// axes and in the strip between title and data (key, phases, note), never on
// data. The test adds the figure to the list that the conformance test walks.
//
// Models are known only by the one method that a figure needs ([Expecter],
// [CondExpecter], [Prober], [ProbAliver], [PriorRater], [PriorDropouter],
// [LogDensityer]), and forecasts of customers by their values. Figures that need
// every purchase are made from [Purchases]. Inputs of any size are counted into
// classes first, so that a picture has no more marks than it can show. The
// package fits nothing and reads no files.
package plots
