package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/fixtures"
)

func newFixture() *cobra.Command {
	var schema bool
	cmd := &cobra.Command{
		Use:   "fixture [FILE]",
		Short: "Print the default fixture or its JSON Schema, or check a fixture file",
		Long: `A fixture is the cloud that serve begins with, as YAML. Without FILE, print the default one to
start from; with FILE, check it and report mistakes with file, line and what was expected.`,
		Example: `  fauxstack fixture >my-cloud.yaml
  fauxstack fixture my-cloud.yaml
  fauxstack fixture --schema >fixture.schema.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			switch {
			case schema:
				_, err := io.WriteString(out, fixtures.Schema)
				return err
			case len(args) == 0:
				_, err := io.WriteString(out, fixtures.Default)
				return err
			}
			if _, err := fixtures.Load(args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(out, "%s is a good fixture\n", args[0])
			return err
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema, for editors")
	return cmd
}
