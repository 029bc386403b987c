package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// environment looks a variable up, as os.LookupEnv does.
type environment func(name string) (string, bool)

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "fauxstack",
		Short: "An OpenStack that starts in a millisecond",
		Long: `fauxstack emulates Keystone (Identity v3), Glance (Image v2 with multiple stores) and
Cinder (Block Storage v3) faithfully enough that clients cannot tell.

Every flag of a command can also be given as an environment variable: --glance-store of
serve is FAUXSTACK_GLANCE_STORE. A flag on the command line wins.`,
		Example: `  # a cloud on 127.0.0.1:4580, and a shell that talks to it
  fauxstack serve --clouds-yaml clouds.yaml
  OS_CLOUD=fauxstack openstack volume type list`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags(), env) },
	}
	root.AddCommand(newServe(), newConform(env), newEnv(), newOperations(), newFixture(), newVersion(), newHealth())
	root.AddCommand(newClouds(), newClock(), newJobs(), newStores(), newBackends(), newQuotas(), newData(), newSnapshot())
	root.AddCommand(newFaults(), newRequests(), newEvents())
	return root
}

// fromEnvironment sets the flags that the command line left out from FAUXSTACK_* variables.
func fromEnvironment(flags *pflag.FlagSet, env environment) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "FAUXSTACK_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := env(name)
		if f.Changed || !ok || f.Name == "help" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: %w", name, value, err))
		}
	})
	return errors.Join(errs...)
}
