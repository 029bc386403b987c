package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func newEvents() *cobra.Command {
	cmd, r := newCloudRemote("events", "Watch what happens in a cloud, until interrupted",
		"A line, or with -o json an object, for each request, change of status, piece of background work, fault and move of the clock.",
		`  fauxstack events
  fauxstack events --kind status,fault -o json`)
	var kinds []string
	watch := r.verb(cmd, "watch", "Watch what happens", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		var wanted []emulator.EventKind
		for _, kind := range kinds {
			wanted = append(wanted, emulator.EventKind(kind))
		}
		for event, err := range c.Events(ctx, r.cloud, wanted...) {
			if err != nil {
				return interrupted(ctx, err)
			}
			if err := r.printLine(w, event, eventLine(event)); err != nil {
				return err
			}
		}
		return nil
	})
	cmd.RunE = watch.RunE // "events" alone watches
	cmd.PersistentFlags().StringSliceVar(&kinds, "kind", nil, "only events of these kinds, `KIND,...`: request, status, job, fault, clock, cloud")
	return cmd
}

func eventLine(e emulator.Event) string {
	what := ""
	switch {
	case e.Request != nil:
		what = e.Request.String()
	case e.Status != nil:
		from, to := e.Status.From, e.Status.To
		if from == "" {
			from = "(new)"
		}
		if to == "" {
			to = "(gone)"
		}
		what = fmt.Sprintf("%s %s %s: %s -> %s", e.Status.Resource, e.Status.ID, e.Status.Name, from, to)
	case e.Job != nil:
		what = fmt.Sprintf("%s %s %s", e.Job.Transition, e.Job.Resource, e.Job.Error)
	case e.Fault != nil:
		what = fmt.Sprintf("%s on %s", e.Fault.ID, e.Fault.On)
	case e.Clock != nil:
		what = fmt.Sprintf("%s: %s -> %s", e.Clock.Mode, e.Clock.From.Format(time.RFC3339Nano), e.Clock.To.Format(time.RFC3339Nano))
	case e.Cloud != nil:
		what = e.Cloud.What
	case e.Lost > 0:
		what = fmt.Sprintf("%d events came too fast", e.Lost)
	}
	return fmt.Sprintf("%s %-7s %s", e.At.Format("15:04:05.000"), e.Kind, what)
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
