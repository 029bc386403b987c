package main

import (
	"context"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

func newQuotas() *cobra.Command {
	cmd, r := newCloudRemote("quotas", "See and set a project's quotas in Cinder", "", `  fauxstack quotas show demo
  fauxstack quotas set demo volumes=2 gigabytes=-1`)
	r.verb(cmd, "show PROJECT", "Show a project's quotas", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		quotas, err := c.Quotas(ctx, r.cloud, args[0])
		return r.printQuotas(w, quotas, err)
	})
	r.verb(cmd, "set PROJECT RESOURCE=LIMIT...", "Set quotas of a project; -1 is no limit", cobra.MinimumNArgs(2),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			limits, err := pairs(args[1:], strconv.Atoi)
			if err != nil {
				return err
			}
			quotas, err := c.SetQuotas(ctx, r.cloud, args[0], limits)
			return r.printQuotas(w, quotas, err)
		})
	return cmd
}

func (r *remote) printQuotas(w io.Writer, quotas map[string]client.Quota, err error) error {
	if err != nil {
		return err
	}
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(quotas)) {
		rows = append(rows, []string{name, strconv.Itoa(quotas[name].Limit), strconv.Itoa(quotas[name].InUse)})
	}
	return r.print(w, quotas, "resource,limit,in use", rows)
}
