package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/sim"

// The kinds of background work on groups and group snapshots.
const (
	kindCreateGroup           = "cinder.group.create"
	kindCreateGroupFromSource = "cinder.group.create_from_src"
	kindUpdateGroup           = "cinder.group.update"
	kindDeleteGroup           = "cinder.group.delete"
	kindEnableReplication     = "cinder.group.enable_replication"
	kindDisableReplication    = "cinder.group.disable_replication"
	kindFailoverGroup         = "cinder.group.failover_replication"
	kindCreateGroupSnapshot   = "cinder.group_snapshot.create"
	kindDeleteGroupSnapshot   = "cinder.group_snapshot.delete"
)

// groupTransitions lists the background work.
func groupTransitions() []sim.Transition {
	return []sim.Transition{
		{Name: kindCreateGroup, Does: "a group gets its backend"},
		{Name: kindCreateGroupFromSource, Does: "the volumes of a group are made of those of another, or of a group snapshot"},
		{Name: kindUpdateGroup, Does: "volumes come into a group and leave it"},
		{Name: kindDeleteGroup, Does: "a group and its volumes go"},
		{Name: kindEnableReplication, Does: "a group begins to be replicated"},
		{Name: kindDisableReplication, Does: "a group is no longer replicated"},
		{Name: kindFailoverGroup, Does: "a group goes over to a replication target"},
		{Name: kindCreateGroupSnapshot, Does: "a snapshot is taken of each volume of a group"},
		{Name: kindDeleteGroupSnapshot, Does: "a group snapshot goes, with the snapshots in it"},
	}
}

func (s *Service) declareGroupJobs() {
	sim.On(s.queue, kindCreateGroup, s.finishCreateGroup)
	sim.On(s.queue, kindCreateGroupFromSource, s.finishCreateGroupFromSource)
	sim.On(s.queue, kindUpdateGroup, s.finishUpdateGroup)
	sim.On(s.queue, kindDeleteGroup, s.finishDeleteGroup)
	sim.On(s.queue, kindEnableReplication, s.finishReplication(kindEnableReplication, replicationEnabling, replicationEnabled))
	sim.On(s.queue, kindDisableReplication, s.finishReplication(kindDisableReplication, replicationDisabling, replicationDisabled))
	sim.On(s.queue, kindFailoverGroup, s.finishReplication(kindFailoverGroup, replicationFailingOver, replicationFailedOver))
	sim.On(s.queue, kindCreateGroupSnapshot, s.finishCreateGroupSnapshot)
	sim.On(s.queue, kindDeleteGroupSnapshot, s.finishDeleteGroupSnapshot)
}
