package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/emulator"
)

func newOperations() *cobra.Command {
	var service, output string
	var missing, summary bool
	cmd := &cobra.Command{
		Use:   "operations",
		Short: "List the operations of the upstream APIs and which are emulated",
		Long: `List every operation of Keystone's, Glance's, Cinder's, Nova's and Neutron's APIs: its id (which faults, the
request log and feature tags share), method, path, action, microversions, and whether it is emulated. What is
not emulated answers 501 and names its id.`,
		Example: `  fauxstack operations --summary
  fauxstack operations --service cinder --missing
  fauxstack operations -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var rows []emulator.Operation
			for _, op := range emulator.Operations() {
				if (service == "" || op.Service == service) && (!missing || !op.Emulated) {
					rows = append(rows, op)
				}
			}
			if len(rows) == 0 && service != "" && !missing {
				return fmt.Errorf("service %q: want keystone, glance, cinder, nova or neutron", service)
			}
			return printOperations(cmd.OutOrStdout(), rows, summary, output)
		},
	}
	cmd.Flags().StringVar(&service, "service", "", "only this `SERVICE`: keystone, glance, cinder, nova or neutron")
	cmd.Flags().BoolVar(&missing, "missing", false, "only what is not emulated")
	cmd.Flags().BoolVar(&summary, "summary", false, "only count, by service")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`table, markdown or json`")
	return cmd
}

func printOperations(w io.Writer, rows []emulator.Operation, summary bool, output string) error {
	switch {
	case output == "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	case summary && output == "markdown":
		return summarize(w, rows, "| %s | %s | %s |\n", "| --- | --- | --- |\n")
	case output == "markdown":
		return tabulate(w, rows, func(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }, "| --- | --- | --- | --- |\n")
	case output != "table":
		return fmt.Errorf("output %q: want table, markdown or json", output)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if summary {
		if err := summarize(t, rows, "%s\t%s\t%s\n", ""); err != nil {
			return err
		}
		return t.Flush()
	}
	if err := tabulate(t, rows, func(cells ...string) string { return strings.Join(cells, "\t") + "\n" }, ""); err != nil {
		return err
	}
	return t.Flush()
}

func tabulate(w io.Writer, rows []emulator.Operation, line func(...string) string, rule string) error {
	if _, err := io.WriteString(w, line("operation", "request", "microversions", "emulated")+rule); err != nil {
		return err
	}
	for _, op := range rows {
		request := op.Method + " " + op.Path
		if op.Action != "" {
			request += " " + op.Action
		}
		emulated := "yes"
		if !op.Emulated {
			emulated = "no (501)"
		}
		if _, err := io.WriteString(w, line(op.ID, request, op.Microversions(), emulated)); err != nil {
			return err
		}
	}
	return nil
}

func summarize(w io.Writer, rows []emulator.Operation, format, rule string) error {
	type count struct{ emulated, all int }
	counts := map[string]*count{}
	var order []string
	for _, op := range rows {
		c := counts[op.Service]
		if c == nil {
			c = new(count)
			counts[op.Service] = c
			order = append(order, op.Service)
		}
		c.all++
		if op.Emulated {
			c.emulated++
		}
	}
	if _, err := fmt.Fprintf(w, format+rule, "service", "emulated", "upstream"); err != nil {
		return err
	}
	for _, s := range order {
		if _, err := fmt.Fprintf(w, format, s, fmt.Sprint(counts[s].emulated), fmt.Sprint(counts[s].all)); err != nil {
			return err
		}
	}
	return nil
}
