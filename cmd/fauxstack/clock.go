package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func newClock() *cobra.Command {
	cmd, r := newCloudRemote("clock", "See and move a cloud's clock",
		`A cloud's clock is real (the machine's time, perhaps faster), manual (only advance and settle move it) or
step (each request moves it). Background work is done when its time has come.`,
		`  fauxstack clock set --mode manual --delay cinder.volume.create=30s
  fauxstack clock advance 30s
  fauxstack clock settle`)
	r.verb(cmd, "show", "Show the clock", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		state, err := c.Clock(ctx, r.cloud)
		return r.printClock(w, state, err)
	})
	r.verb(cmd, "advance TIME", "Move the clock and do what falls due on the way", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			by, err := time.ParseDuration(args[0])
			if err != nil {
				return fmt.Errorf("time %q: want a time such as 30s or 5m", args[0])
			}
			state, err := c.Advance(ctx, r.cloud, by)
			return r.printClock(w, state, err)
		})
	r.verb(cmd, "settle", "Do all background work, moving the clock as far as that needs", cobra.NoArgs,
		func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
			state, err := c.Settle(ctx, r.cloud)
			return r.printClock(w, state, err)
		})
	newClockSet(cmd, r)
	return cmd
}

func newClockSet(parent *cobra.Command, r *remote) {
	var mode string
	var speed, jitter float64
	var step time.Duration
	var delays []string
	var cmd *cobra.Command
	cmd = r.verb(parent, "set", "Change how time passes", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		longer, err := pairs(delays, readDuration)
		if err != nil {
			return err
		}
		state, err := c.ChangeClock(ctx, r.cloud, emulator.ClockChange{
			Mode: given(cmd, "mode", mode), Speed: given(cmd, "speed", speed), Step: given(cmd, "step", client.Duration(step)),
			Jitter: given(cmd, "jitter", jitter), Delays: longer,
		})
		return r.printClock(w, state, err)
	})
	cmd.Flags().StringVar(&mode, "mode", "", "what makes time pass: `real, manual or step`")
	cmd.Flags().Float64Var(&speed, "speed", 1, "`FACTOR` by which a real clock is faster than the machine's")
	cmd.Flags().DurationVar(&step, "step", time.Second, "`TIME` by which each request moves a stepped clock")
	cmd.Flags().StringSliceVar(&delays, "delay", nil, "how long a transition takes, `NAME=TIME`; * in a name stands for any letters")
	cmd.Flags().Float64Var(&jitter, "jitter", 0, "`FRACTION` by which delays vary")
}

func (r *remote) printClock(w io.Writer, s emulator.ClockState, err error) error {
	if err != nil {
		return err
	}
	var delays []string
	for _, name := range slices.Sorted(maps.Keys(s.Delays)) {
		delays = append(delays, name+"="+time.Duration(s.Delays[name]).String())
	}
	return r.print(w, s, "mode,now,speed,step,pending,delays", [][]string{{
		s.Mode, s.Now.Format(time.RFC3339Nano), strconv.FormatFloat(s.Speed, 'g', -1, 64), time.Duration(s.Step).String(),
		strconv.Itoa(s.Pending), strings.Join(delays, " "),
	}})
}

func newJobs() *cobra.Command {
	cmd, r := newCloudRemote("jobs", "See the background work that a cloud has still to do", "", "  fauxstack jobs list")
	r.verb(cmd, "list", "List the background work to come, in its order", cobra.NoArgs,
		func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
			jobs, err := c.Jobs(ctx, r.cloud)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, j := range jobs {
				rows = append(rows, []string{j.Due.Format(time.RFC3339), j.Transition, j.Resource, j.RequestID})
			}
			return r.print(w, jobs, "due,transition,resource,request", rows)
		})
	return cmd
}
