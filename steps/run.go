package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cucumber/gherkin/go/v26"
	"github.com/cucumber/godog"
	"github.com/cucumber/messages/go/v21"
)

// Options say which scenarios to run, where and how.
type Options struct {
	Target      Target
	Features    fs.FS                                // every .feature file in it runs
	Tags        string                               // a tag expression, such as "@cinder and not @control"; "" takes all. See ParseTags
	Name        string                               // a part of the scenario's name, in any case of letters; "" takes all
	Concurrency int                                  // scenarios at a time; 0 is 1
	Seed        uint64                               // of the order of features and of the scenarios in each; 0 picks one
	FailFast    bool                                 // begins no scenario once one has failed
	Format      string                               // godog's formats, such as "progress" (the default) or "pretty,junit:report.xml"
	Output      io.Writer                            // of the first format; nil is standard output
	TestingT    *testing.T                           // set: each scenario is a subtest
	Initialize  func(*World, *godog.ScenarioContext) // registers steps of your own; may be nil

	// Began and Ended are told of each scenario as it begins and as it ends; both may be nil. Scenarios that run at the same
	// time call them at the same time.
	Began func(*Scenario)
	Ended func(Result)

	// Cleanup ends the removal of what scenarios made. Removal goes on when the run's own context ends; nil never ends it
	// before its time.
	Cleanup context.Context
}

// Select reads the features and takes the scenarios that the options choose. It refuses what Load does, a tag expression
// that is none or names a tag that no scenario has, and a choice that takes nothing: each would otherwise pass for a run
// in which all is well.
func (o Options) Select() ([]*Feature, func(*Scenario) bool, error) {
	features, err := Load(o.Features)
	if err != nil {
		return nil, nil, err
	}
	tags, err := ParseTags(o.Tags)
	if err == nil {
		err = tags.Check(features)
	}
	if err != nil {
		return nil, nil, err
	}
	name := strings.ToLower(o.Name)
	chosen := func(s *Scenario) bool { return tags.Match(s) && strings.Contains(strings.ToLower(s.Name), name) }
	for _, f := range features {
		for _, s := range f.Scenarios {
			if chosen(s) {
				return features, chosen, nil
			}
		}
	}
	switch {
	case o.Name != "" && o.Tags != "":
		err = fmt.Errorf("no scenario with %q in its name has the tags %s", o.Name, o.Tags)
	case o.Name != "":
		err = fmt.Errorf("no scenario has %q in its name", o.Name)
	default:
		err = fmt.Errorf("no scenario has the tags %s", o.Tags)
	}
	return nil, nil, err
}

// Run runs scenarios. Its error says that some failed, that a step is undefined, pending or ambiguous, or that none ran
// at all, for a specification that says nothing is not fulfilled.
func Run(ctx context.Context, o Options) (Report, error) {
	report := Report{Seed: o.Seed, Skipped: map[string]int{}}
	for report.Seed == 0 {
		report.Seed = rand.Uint64() >> 1 // godog's seed is signed
	}
	features, chosen, err := o.Select()
	if err != nil {
		return report, err
	}
	contents, byPickle, err := arrange(features, chosen, report.Seed)
	if err != nil {
		return report, err
	}
	book := &book{options: o, scenarios: byPickle, results: map[string]*Result{}}
	suite := godog.TestSuite{
		Name: "fauxstack",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			w := NewWorld(book, sc)
			w.cleanup = o.Cleanup
			if o.Initialize != nil {
				o.Initialize(w, sc)
			}
			book.watch(w, sc)
		},
		Options: &godog.Options{
			FeatureContents: contents, Strict: true, Randomize: int64(report.Seed), DefaultContext: ctx,
			Concurrency: max(1, o.Concurrency), Format: o.Format, Output: o.Output, TestingT: o.TestingT,
			NoColors: o.Output != nil,
		},
	}
	if o.Format == "" {
		suite.Options.Format = "progress"
	}
	status := suite.Run()
	report.add(book.close(features, chosen))
	return report, report.verdict(ctx, status)
}

// arrange puts the chosen scenarios in an order that the seed decides: godog shuffles only within a feature. It tells
// which scenario each pickle is, by the ids that godog will give them.
func arrange(features []*Feature, chosen func(*Scenario) bool, seed uint64) ([]godog.Feature, map[string]*Scenario, error) {
	features = append([]*Feature(nil), features...)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(features), func(i, j int) { features[i], features[j] = features[j], features[i] })
	var contents []godog.Feature
	byPickle := map[string]*Scenario{}
	ids := (&messages.Incrementing{}).NewId
	for _, f := range features {
		text := f.only(chosen)
		if text == nil {
			continue
		}
		contents = append(contents, *text)
		doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text.Contents), ids)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.File, err)
		}
		pickles := gherkin.Pickles(*doc, f.File, ids)
		for _, s := range f.Scenarios {
			if !chosen(s) {
				continue
			}
			if len(pickles) == 0 || pickles[0].Name != s.Name {
				return nil, nil, fmt.Errorf("%s:%d: the scenario %q got lost among those that are not chosen", f.File, s.Line, s.Name)
			}
			byPickle[pickles[0].Id] = s
			pickles = pickles[1:]
		}
	}
	return contents, byPickle, nil
}

func (r *Report) verdict(ctx context.Context, status int) error {
	switch {
	case len(r.Failed) > 0:
		return fmt.Errorf("%d of %d scenarios failed", len(r.Failed), r.Ran())
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted, with %d scenarios to go: %w", r.NotRun, context.Cause(ctx))
	case status != 0:
		return fmt.Errorf("the run failed (godog's status %d)", status)
	case r.Total == 0:
		return errors.New("no scenario was selected")
	case r.Ran() == 0:
		return errors.New("no scenario could run on this target")
	}
	return nil
}
