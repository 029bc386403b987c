@cinder
Feature: Groups
  Volumes that belong together are in a group, and a snapshot of the group is one of each.

  Background:
    Given block storage microversion 3.59
    And a volume type "gold"
    And the administrator creates "team" by POST "group_types" to Cinder:
      """
      {"group_type": {"name": "{name:team}", "group_specs": {"color": "blue"}}}
      """
    And I create "pair" by POST "groups" to Cinder:
      """
      {"group": {"name": "{name:pair}", "group_type": "{team}", "volume_types": ["{gold}"]}}
      """
    And the group "pair" becomes "available"

  @op:cinder.groups.create @op:cinder.groups.show
  Scenario: A group is made
    When I send GET "groups/{pair}" to Cinder
    Then the answer says:
      | group.name         | {name:pair} |
      | group.group_type   | {team}      |
      | group.volume_types | ["{gold}"]  |

  @op:cinder.groups.update @op:cinder.volumes.create @op:cinder.groups.delete
  Scenario: Volumes come and go
    Given an available volume "boot" of 1 GiB and of the type "gold"
    When I send PUT "groups/{pair}" to Cinder:
      """
      {"group": {"add_volumes": "{boot}"}}
      """
    Then the answer is 202
    And the group "pair" becomes "available"
    When I send GET "groups/{pair}?list_volume=true" to Cinder
    Then the answer says:
      | group.volumes | ["{boot}"] |
    When I try to delete the volume "boot"
    Then it is refused as a bad request, saying "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."
    When I try to send POST "groups/{pair}/action" to Cinder:
      """
      {"delete": {"delete-volumes": false}}
      """
    Then it is refused as a bad request, saying "Invalid Group: Group {pair} still contains volumes. The delete-volumes flag is required to delete it."
    When I send PUT "groups/{pair}" to Cinder:
      """
      {"group": {"remove_volumes": "{boot}"}}
      """
    Then the group "pair" becomes "available"
    When I send POST "groups/{pair}/action" to Cinder:
      """
      {"delete": {"delete-volumes": false}}
      """
    Then the group "pair" disappears
    And the volume "boot" is "available"

  @op:cinder.groups.update
  Scenario: No volume of another type
    Given an available volume "boot" of 1 GiB
    When I try to send PUT "groups/{pair}" to Cinder:
      """
      {"group": {"add_volumes": "{boot}"}}
      """
    Then it is refused as a bad request, saying in the end "is not supported by the group."

  @op:cinder.group_snapshots.create @op:cinder.group_snapshots.delete
  Scenario: A snapshot of each
    Given I create "boot" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:boot}", "volume_type": "{gold}", "group_id": "{pair}"}}
      """
    And the volume "boot" becomes "available"
    When I create "monday" by POST "group_snapshots" to Cinder:
      """
      {"group_snapshot": {"group_id": "{pair}", "name": "{name:monday}"}}
      """
    Then the group snapshot "monday" becomes "available"
    When I send GET "snapshots/detail?volume_id={boot}" to Cinder
    Then the answer says:
      | snapshots.0.group_snapshot_id | {monday} |
      | snapshots.0.status            | available |
    When I send DELETE "group_snapshots/{monday}" to Cinder
    Then the group snapshot "monday" disappears
    When I send POST "groups/{pair}/action" to Cinder:
      """
      {"delete": {"delete-volumes": true}}
      """
    Then the group "pair" disappears
    And the volume "boot" disappears

  @op:cinder.group_types.create
  Scenario: Members make no group types
    When I try to send POST "group_types" to Cinder:
      """
      {"group_type": {"name": "{name:other}"}}
      """
    Then it is refused as forbidden, saying "Policy doesn't allow group:group_types:create to be performed."

  @op:cinder.groups.create
  Scenario: A group has a type
    When I try to send POST "groups" to Cinder:
      """
      {"group": {"name": "{name:none}", "group_type": "00000000-0000-4000-8000-000000000000", "volume_types": ["{gold}"]}}
      """
    Then it is refused as not found, saying "Group type 00000000-0000-4000-8000-000000000000 could not be found."
