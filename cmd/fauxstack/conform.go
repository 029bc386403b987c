//go:build !server

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/conform"
	"github.com/fauxstack/fauxstack/features"
)

type conformFlags struct {
	conformTarget
	features, tags, name string
	concurrency          int
	seed                 uint64
	failFast             bool
	list, sweep          bool
	reports              []string
}

// unable is the exit status of a command that could not do what it is for.
const unable = 2

func newConform(env environment) *cobra.Command {
	var f conformFlags
	cmd := &cobra.Command{
		Use:   "conform",
		Short: "Run the features against a cloud and report what it does otherwise",
		Long: `Run the features, which say in Gherkin what an OpenStack does, against a cloud, and report where it does
otherwise.

The cloud is that of --os-cloud, or of the OS_* environment, or else one in this process; --control has a
fauxstack server make a cloud for each scenario.

On a cloud of yours three people act, each with a project: an administrator, a member, and a member of
another project. --os-cloud NAME takes the entries NAME-admin, NAME-demo and NAME-alt_demo of
clouds.yaml; --people names others. Where there is only an administrator, in the entry NAME or in OS_*,
--create-people makes the other two, and removes them afterwards.

Scenarios that ask for what the cloud does not have are skipped, and the reason is told; --list shows
beforehand which. All that scenarios make there is called ` + conformPrefix + `... and is removed: on Ctrl-C too, unless it is
pressed twice. What a run that was killed has left behind, --sweep removes; run it when no other run is
under way.

The exit status is 0 if all scenarios passed that could run, 1 if some failed, 2 if nothing could be
said: no cloud, no such scenario, a run that was interrupted, a mistake on the command line.`,
		Example: `  fauxstack conform                                    # the emulator itself
  fauxstack conform --os-cloud mycloud --list          # what would run there, and what not, and why
  fauxstack conform --os-cloud mycloud --report html=report.html --report junit=report.xml
  fauxstack conform --os-cloud mycloud --tags '@cinder and not @slow' --concurrency 8
  fauxstack conform --people admin=root,demo=alice,alt_demo=bob --name 'default store'
  . openrc && fauxstack conform --create-people
  fauxstack conform --control http://127.0.0.1:4581    # a server, or a container
  fauxstack conform --features ./features              # your own, in the vocabulary of the package steps
  fauxstack conform --os-cloud mycloud --sweep`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.NoArgs(cmd, args); err != nil {
				return exitError{err, unable}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.env = env
			err := f.run(cmd.Context(), cmd.OutOrStdout())
			if err != nil && !errors.As(err, new(exitError)) {
				err = exitError{err, unable}
			}
			return err
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exitError{err, unable} })
	f.declare(cmd)
	return cmd
}

func (f *conformFlags) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.osCloud, "os-cloud", "", "`NAME` of the cloud: entries NAME-admin, NAME-demo and NAME-alt_demo of clouds.yaml, or NAME")
	flags.StringVar(&f.cloudsYAML, "clouds-yaml", "", "`FILE` that has the entries (default: where OpenStack's clients look)")
	flags.StringToStringVar(&f.people, "people", nil, "entries of clouds.yaml for the people, `admin=ENTRY,demo=ENTRY,alt_demo=ENTRY`")
	flags.BoolVar(&f.createPeople, "create-people", false, "make a project and a user for who is missing of demo and alt_demo, and remove them afterwards")
	flags.BoolVar(&f.inProcess, "in-process", false, "run on an emulator in this process, whatever the environment says")
	flags.StringVar(&f.server.control, "control", "", "`URL` of the control API of a fauxstack server, which makes a cloud for each scenario")
	flags.StringVar(&f.server.token, "control-token", "", "`TOKEN` of that control API, if the server has one")
	flags.StringVar(&f.server.cacert, "cacert", "", "`FILE` with the certificate authority of a server with TLS")
	flags.StringVar(&f.release, "release", "", "OpenStack `RELEASE` that the cloud is held to, such as zed (default: as its API versions tell)")
	flags.StringSliceVar(&f.configured, "configured", nil, "what the cloud is configured for and its API does not tell, as in tags @config:`NAME,...`")
	flags.StringVar(&f.features, "features", "", "`DIR` of feature files in place of the built-in ones")
	flags.StringVar(&f.tags, "tags", "", "tag `EXPRESSION` of the scenarios to run, such as '@cinder and not (@slow or @control)'")
	flags.StringVar(&f.name, "name", "", "run only scenarios with this `TEXT` in their names")
	flags.IntVar(&f.concurrency, "concurrency", 4, "how many `SCENARIOS` run at a time")
	flags.Uint64Var(&f.seed, "seed", 0, "`NUMBER` that decides the order (default: a different one each time)")
	flags.BoolVar(&f.failFast, "fail-fast", false, "begin no scenario once one has failed")
	flags.BoolVar(&f.list, "list", false, "only show what would run and what would be skipped, with the reasons; with --sweep, what would be removed")
	flags.BoolVar(&f.sweep, "sweep", false, "only remove what killed runs have left behind on the cloud")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report: `FORMAT=FILE` with junit, cucumber, html or pretty; may be repeated")
}

// check refuses, all at once, what could not work.
func (f *conformFlags) check() ([]conform.ReportTo, error) {
	var errs []error
	var reports []conform.ReportTo
	for _, text := range f.reports {
		r, err := conform.ParseReport(text)
		if err == nil {
			err = r.Check()
		}
		reports, errs = append(reports, r), append(errs, err)
	}
	if f.concurrency < 1 || f.concurrency > 100 {
		errs = append(errs, fmt.Errorf("concurrency %d: want 1 to 100 scenarios at a time", f.concurrency))
	}
	return reports, errors.Join(append(errs, f.checkTarget())...)
}

func (f *conformFlags) run(ctx context.Context, stdout io.Writer) error {
	reports, err := f.check()
	if err != nil {
		return err
	}
	from, err := f.featureFiles()
	if err != nil {
		return err
	}
	cleanup, done := untilSecondInterrupt(ctx)
	defer done()
	target, err := f.open(ctx, f.list || f.sweep)
	if err != nil {
		return err
	}
	defer target.close(ctx, cleanup)
	o := conform.Options{
		Target: target.Target, Title: target.title, Features: from, Tags: f.tags, Name: f.name, Concurrency: f.concurrency, Seed: f.seed,
		FailFast: f.failFast, Progress: stdout, Cleanup: cleanup,
	}
	o.Live, o.Width = terminal(stdout)
	switch {
	case f.sweep:
		return target.sweep(ctx, cleanup, stdout, f.list)
	case f.list:
		return conform.List(ctx, o, stdout)
	}
	out, err := conform.Run(ctx, o)
	if len(out.Report.Results) > 0 {
		out.Summary(stdout)
		for _, r := range reports {
			if e := r.Write(out, stdout); e != nil {
				return e
			}
			if r.File != "-" {
				fmt.Fprintf(stdout, "%s report: %s\n", r.Format, r.File)
			}
		}
	}
	if err != nil && len(out.Report.Failed) > 0 {
		return exitError{err, 1}
	}
	return err
}

func (f *conformFlags) featureFiles() (fs.FS, error) {
	if f.features == "" {
		return features.FS, nil
	}
	info, err := os.Stat(f.features)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("features %s: want a directory that holds .feature files", f.features)
	}
	return os.DirFS(f.features), err
}

// untilSecondInterrupt is a context that ends when a second interrupt comes; the first one ends the command's own.
func untilSecondInterrupt(ctx context.Context) (context.Context, func()) {
	second, cancel := context.WithCancel(context.WithoutCancel(ctx))
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for range 2 {
			select {
			case <-interrupts:
			case <-second.Done():
				return
			}
		}
		cancel()
	}()
	return second, func() {
		signal.Stop(interrupts)
		cancel()
	}
}

// terminal tells whether something is written for a person to see at once, and how wide the screen is.
func terminal(w io.Writer) (live bool, width int) {
	f, ok := w.(*os.File)
	if !ok {
		return false, 0
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 || strings.EqualFold(os.Getenv("TERM"), "dumb") {
		return false, 0
	}
	return true, columns(f)
}
