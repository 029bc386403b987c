package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"sync"
	"testing"

	"github.com/cucumber/godog"
)

// Options say which scenarios to run, where and how.
type Options struct {
	Target      Target
	Features    fs.FS                                // every .feature file in it runs
	Tags        string                               // godog's tag expression, such as "@cinder && ~@control"; "" runs all
	Concurrency int                                  // scenarios at a time; 0 is 1
	Seed        uint64                               // of the order of features and of the scenarios in each; 0 picks one
	Format      string                               // godog's formats, such as "progress" (the default) or "pretty,junit:report.xml"
	Output      io.Writer                            // of the first format; nil is standard output
	TestingT    *testing.T                           // set: each scenario is a subtest
	Initialize  func(*World, *godog.ScenarioContext) // registers steps of your own; may be nil
}

// Report says what became of the scenarios.
type Report struct {
	Seed    uint64
	Total   int            // scenarios that the tags select
	Passed  int            // ran to their end
	Failed  []string       // names of those that failed, or met an undefined step
	Skipped map[string]int // why a scenario could not run on the target -> how many
}

// Ran is how many scenarios the target could run.
func (r Report) Ran() int { return r.Passed + len(r.Failed) }

// String is the report on one line for the counts and one for each reason to skip.
func (r Report) String() string {
	skipped := 0
	for _, n := range r.Skipped {
		skipped += n
	}
	s := fmt.Sprintf("%d scenarios: %d passed, %d failed, %d skipped (seed %d)", r.Total, r.Passed, len(r.Failed), skipped, r.Seed)
	for _, reason := range sortedKeys(r.Skipped) {
		s += fmt.Sprintf("\n  skipped %d: %s", r.Skipped[reason], reason)
	}
	return s
}

// Run runs scenarios. Its error says that some failed, that a step is undefined, or that none ran at all, for a
// specification that says nothing is not fulfilled.
func Run(ctx context.Context, o Options) (Report, error) {
	report := Report{Seed: o.Seed, Skipped: map[string]int{}}
	for report.Seed == 0 {
		report.Seed = rand.Uint64() >> 1 // godog's seed is signed
	}
	features, err := shuffled(o.Features, report.Seed)
	if err != nil {
		return report, err
	}
	var mu sync.Mutex // guards report
	suite := godog.TestSuite{
		Name: "fauxstack",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			w := NewWorld(o.Target, sc)
			if o.Initialize != nil {
				o.Initialize(w, sc)
			}
			sc.After(func(ctx context.Context, p *godog.Scenario, err error) (context.Context, error) {
				mu.Lock()
				defer mu.Unlock()
				report.add(w, p, err)
				return ctx, nil
			})
		},
		Options: &godog.Options{
			FeatureContents: features, Tags: o.Tags, Strict: true, Randomize: int64(report.Seed), DefaultContext: ctx,
			Concurrency: max(1, o.Concurrency), Format: o.Format, Output: o.Output, TestingT: o.TestingT,
			NoColors: o.Output != nil,
		},
	}
	if o.Format == "" {
		suite.Options.Format = "progress"
	}
	status := suite.Run()
	return report, report.verdict(status)
}

func (r *Report) add(w *World, p *godog.Scenario, err error) {
	r.Total++
	switch {
	case w.skipped != "":
		r.Skipped[w.skipped]++
	case err != nil:
		r.Failed = append(r.Failed, p.Name+" ("+p.Uri+")")
	default:
		r.Passed++
	}
}

func (r *Report) verdict(status int) error {
	slices.Sort(r.Failed)
	switch {
	case len(r.Failed) > 0:
		return fmt.Errorf("%d of %d scenarios failed", len(r.Failed), r.Ran())
	case status != 0:
		return fmt.Errorf("the run failed (godog's status %d)", status)
	case r.Total == 0:
		return errors.New("no scenario was selected")
	case r.Ran() == 0:
		return errors.New("no scenario could run on this target")
	}
	return nil
}

// shuffled reads all features, in an order that the seed decides: godog shuffles only within a feature.
func shuffled(from fs.FS, seed uint64) ([]godog.Feature, error) {
	var list []godog.Feature
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		text, err := fs.ReadFile(from, name)
		list = append(list, godog.Feature{Name: name, Contents: text})
		return err
	})
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list, err
}
