package conform

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ReportTo is a report to write: a format and the file that takes it, "-" being standard output.
type ReportTo struct{ Format, File string }

// formats maps the names of report formats to what writes them.
func formats() map[string]func(*Outcome, io.Writer) error {
	return map[string]func(*Outcome, io.Writer) error{
		"pretty":   (*Outcome).Pretty,
		"junit":    (*Outcome).JUnit,
		"cucumber": (*Outcome).Cucumber,
		"html":     (*Outcome).HTML,
	}
}

// ParseReport reads "pretty", which goes to standard output, or FORMAT=FILE.
func ParseReport(text string) (ReportTo, error) {
	format, file, named := strings.Cut(text, "=")
	known := slices.Sorted(maps.Keys(formats()))
	if !slices.Contains(known, format) {
		return ReportTo{}, fmt.Errorf("report %q: want pretty, or FORMAT=FILE with one of %s", text, strings.Join(known, ", "))
	}
	switch {
	case !named && format == "pretty":
		file = "-"
	case file == "":
		return ReportTo{}, fmt.Errorf("report %q: want a file, %s=FILE, or %s=- for standard output", text, format, format)
	}
	return ReportTo{format, file}, nil
}

// Check refuses a report that could not be written in the end, before the run.
func (r ReportTo) Check() error {
	if r.File == "-" {
		return nil
	}
	dir, err := os.Stat(filepath.Dir(r.File))
	if err == nil && !dir.IsDir() {
		err = fmt.Errorf("%s is no directory", filepath.Dir(r.File))
	}
	if err == nil {
		if info, statErr := os.Stat(r.File); statErr == nil && info.IsDir() {
			err = fmt.Errorf("%s is a directory", r.File)
		}
	}
	if err != nil {
		return fmt.Errorf("report %s: %w", r.Format, err)
	}
	return nil
}

// Write writes the report.
func (r ReportTo) Write(out *Outcome, stdout io.Writer) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("report %s: %w", r.Format, err)
		}
	}()
	write := formats()[r.Format]
	if r.File == "-" {
		return write(out, stdout)
	}
	f, err := os.Create(r.File)
	if err != nil {
		return err
	}
	if err := write(out, f); err != nil {
		_ = f.Close() // the first error is the one to tell
		return err
	}
	return f.Close()
}
