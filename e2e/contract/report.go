package contract

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// Report is what was seen of a cloud.
type Report struct {
	Answers     int            `json:"answers"`    // that were checked
	Operations  map[string]int `json:"operations"` // answers by service and operationId
	Outside     map[string]int `json:"outside"`    // answers of no operation of the contract, by service, method and path
	Differences []Difference   `json:"differences"`
}

// Write keeps the report in a file.
func (r Report) Write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// ReadReports reads reports and makes one of them.
func ReadReports(files ...string) (Report, error) {
	all := &Checker{known: map[[4]string]int{}}
	all.report.Operations, all.report.Outside = map[string]int{}, map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return Report{}, err
		}
		var r Report
		if err := json.Unmarshal(text, &r); err != nil {
			return Report{}, fmt.Errorf("%s: %w", file, err)
		}
		all.report.Answers += r.Answers
		for op, n := range r.Operations {
			all.report.Operations[op] += n
		}
		for place, n := range r.Outside {
			all.report.Outside[place] += n
		}
		for _, d := range r.Differences {
			all.add(d)
		}
	}
	return all.Report(), nil
}

// Summary tells a person what was seen. Only differences that the list of known mistakes does not explain are told one by
// one; it returns how many of them are of the services given.
func (r Report) Summary(w io.Writer, known Known, judged ...string) int {
	explained, others, unexplained := 0, 0, 0
	for _, d := range r.Differences {
		switch {
		case known.explains(d):
			explained++
			continue
		case slices.Contains(judged, d.Service):
			unexplained++
		default:
			others++
		}
		fmt.Fprintf(w, "%s %s %d %s: %s (%d times, such as %s)\n", d.Service, d.Operation, d.Status, d.Pointer, d.Message, d.Count, d.Request)
	}
	for _, place := range slices.Sorted(maps.Keys(r.Outside)) {
		fmt.Fprintf(w, "not in the contract: %s (%d times)\n", place, r.Outside[place])
	}
	fmt.Fprintf(w, "%d answers of %d operations checked against the contract: %d differences, %d of services not judged, %d that are mistakes of the contract\n",
		r.Answers, len(r.Operations), unexplained, others, explained)
	return unexplained
}
