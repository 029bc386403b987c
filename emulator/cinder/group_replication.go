package cinder

import (
	"context"
	"net/http"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// replicationMove is what an action does to the replication of a group and of its volumes.
type replicationMove struct {
	verb  string        // for the refusals: "enable"
	group []GroupStatus // that the group may have
	from  []string      // replication statuses
	to    string        // until the job is done
	job   string        // its kind
	// Volumes that are attached may only be moved if the request says so; of those that are to lose their replication
	// nobody asks for the status.
	anyVolume, unattached bool
}

// groupEnableReplication serves the action enable_replication, since 3.38. API reference: Block Storage v3, "Enable group
// replication".
func (s *Service) groupEnableReplication(c *httpapi.Call) (httpapi.Reply, error) {
	return s.moveReplication(c, replicationMove{
		verb: "enable", group: []GroupStatus{GroupAvailable}, from: []string{replicationDisabled, replicationEnabled},
		to: replicationEnabling, job: kindEnableReplication,
	}, "")
}

// groupDisableReplication serves the action disable_replication, since 3.38. API reference: Block Storage v3, "Disable
// group replication".
func (s *Service) groupDisableReplication(c *httpapi.Call) (httpapi.Reply, error) {
	return s.moveReplication(c, replicationMove{
		verb: "disable", group: []GroupStatus{GroupAvailable, GroupError}, from: []string{replicationEnabled, replicationError},
		to: replicationDisabling, job: kindDisableReplication, anyVolume: true,
	}, "")
}

type groupFailoverIn struct {
	Params struct {
		AllowAttached boolish `json:"allow_attached_volume"`
		BackendID     *string `json:"secondary_backend_id"`
	} `json:"failover_replication"`
}

// groupFailover serves the action failover_replication, since 3.38. API reference: Block Storage v3, "Failover group
// replication".
func (s *Service) groupFailover(c *httpapi.Call, in groupFailoverIn) (httpapi.Reply, error) {
	return s.moveReplication(c, replicationMove{
		verb: "failover", group: []GroupStatus{GroupAvailable}, from: []string{replicationEnabled, replicationFailedOver},
		to: replicationFailingOver, job: kindFailoverGroup, unattached: !bool(in.Params.AllowAttached),
	}, text(in.Params.BackendID))
}

// moveReplication begins to change the replication of a group, if the group and its volumes let it.
func (s *Service) moveReplication(c *httpapi.Call, m replicationMove, target string) (httpapi.Reply, error) {
	g, err := s.groupFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&g); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.changeGroup(g.ID, func(tx *state.Tx, g *Group) error {
		if err := s.checkReplicated(tx, g); err != nil {
			return err
		}
		var statuses []string
		for _, s := range m.group {
			statuses = append(statuses, string(s))
		}
		cannot := func(what, id, kind string, valid []string, is string) string {
			return what + " " + id + " " + kind + " must be " + pythonList(valid...) + ", but current status is: " + is + ". Cannot " + m.verb + " replication."
		}
		if !slices.Contains(m.group, g.Status) {
			return invalidGroup("%s", cannot("Group", g.ID, "status", statuses, string(g.Status)))
		}
		if !slices.Contains(m.from, g.ReplicationStatus) {
			return invalidGroup("%s", cannot("Group", g.ID, "replication status", m.from, g.ReplicationStatus))
		}
		members := s.members(tx, g)
		for _, v := range members {
			is := v.ReplicationStatus
			if is == "" {
				is = "None"
			}
			switch {
			case !m.anyVolume && v.Status != StatusAvailable && v.Status != StatusInUse:
				return invalidVolume(cannot("Volume", v.ID, "status", []string{"available", "in-use"}, string(v.Status)))
			case m.unattached && v.Status == StatusInUse:
				return invalidVolume("Volume " + v.ID + " is attached but allow_attached_volume flag is False. Cannot failover replication.")
			case !slices.Contains(m.from, v.ReplicationStatus):
				return invalidVolume(cannot("Volume", v.ID, "replication status", m.from, is))
			}
		}
		s.setReplication(tx, members, m.to)
		g.ReplicationStatus = m.to
		s.queue.Begin(tx, m.job, groupJob{Group: g.ID, Target: target})
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// checkReplicated tells whether the types of a group and of its volumes are replicated (group/api.py, _check_type).
func (s *Service) checkReplicated(r state.Reader, g *Group) error {
	typ, _ := s.groupTypes.Get(r, g.TypeID)
	if !typ.says(specGroupReplication) && !typ.says(specConsistentReplication) {
		return fail.New(fail.Invalid, "Invalid group type: Group %s is not a replication group type.", g.ID)
	}
	for _, id := range g.VolumeTypes {
		if t, _ := s.types.Get(r, id); t.Spec(specReplication) != "<is> True" {
			return fail.New(fail.Invalid, "Invalid volume type: Volume type %s does not have 'replication_enabled' spec key set to '<is> True'.", id)
		}
	}
	return nil
}

func (s *Service) setReplication(tx *state.Tx, volumes []Volume, status string) {
	for _, v := range volumes {
		v.ReplicationStatus, v.UpdatedAt = status, s.clock.Now()
		s.putVolume(tx, v)
	}
}

// finishReplication ends a change of a group's replication. A backend without a target cannot replicate, which leaves the
// group and its volumes in error (volume/manager.py, enable_replication and its neighbours).
func (s *Service) finishReplication(kind, from, to string) func(context.Context, groupJob) error {
	return func(ctx context.Context, job groupJob) error {
		return s.db.Update(func(tx *state.Tx) error {
			g, ok := s.groups.Get(tx, job.Group)
			if !ok || g.ReplicationStatus != from {
				return nil
			}
			status, members := to, s.members(tx, &g)
			if kind == kindFailoverGroup && job.Target == failback {
				status = replicationEnabled
			}
			if sim.Failure(ctx) != nil || len(s.targetsOf(g.Host)) == 0 || s.driverDown(tx, g.Host) {
				if status = replicationError; kind == kindFailoverGroup {
					status = replicationFailed
				}
				g.Status = GroupError
				for i := range members {
					members[i].Status = StatusError
				}
			}
			s.setReplication(tx, members, status)
			g.ReplicationStatus, g.UpdatedAt = status, s.clock.Now()
			s.putGroup(tx, g)
			return nil
		})
	}
}

// targetsOf are the replication targets of a pool's backend.
func (s *Service) targetsOf(host string) []string {
	for _, b := range s.backends {
		if b.Host == host {
			return b.ReplicationTargets
		}
	}
	return nil
}

type replicationTarget struct {
	BackendID string `json:"backend_id"`
}

type replicationTargetsOut struct {
	Targets []replicationTarget `json:"replication_targets"`
}

// groupReplicationTargets serves the action list_replication_targets, since 3.38. API reference: Block Storage v3, "List
// group replication targets".
func (s *Service) groupReplicationTargets(c *httpapi.Call) (replicationTargetsOut, error) {
	out, r := replicationTargetsOut{[]replicationTarget{}}, s.db.View()
	g, err := s.groupFor(c, r, c.Var("id"))
	if err != nil {
		return out, err
	}
	if err := c.Authorize(&g); err != nil {
		return out, err
	}
	if err := s.checkReplicated(r, &g); err != nil {
		return out, err
	}
	for _, id := range s.targetsOf(g.Host) {
		out.Targets = append(out.Targets, replicationTarget{id})
	}
	return out, nil
}
