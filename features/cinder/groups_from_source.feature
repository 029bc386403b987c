@cinder
Feature: Groups of groups
  A group is made of the snapshot of another, or of another as it is, with a volume for each of its volumes.

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

  @op:cinder.groups.create-from-src
  Scenario: Of a snapshot
    Given I create "boot" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:boot}", "volume_type": "{gold}", "group_id": "{pair}"}}
      """
    And the volume "boot" becomes "available"
    And I create "monday" by POST "group_snapshots" to Cinder:
      """
      {"group_snapshot": {"group_id": "{pair}", "name": "{name:monday}"}}
      """
    And the group snapshot "monday" becomes "available"
    And I send GET "snapshots/detail?volume_id={boot}" to Cinder
    And "snapshots.0.id" of the answer is called "of boot"
    When I create "twins" by POST "groups/action" to Cinder:
      """
      {"create-from-src": {"name": "{name:twins}", "description": "as on Monday", "group_snapshot_id": "{monday}"}}
      """
    Then the answer is 202
    And the answer says:
      | group.name | {name:twins} |
    And the group "twins" becomes "available"
    When I send GET "groups/{twins}?list_volume=true" to Cinder
    Then the answer says:
      | group.description       | as on Monday |
      | group.group_type        | {team}       |
      | group.volume_types      | ["{gold}"]   |
      | group.group_snapshot_id | {monday}     |
      | group.source_group_id   | null         |
    And the answer does not say "group.volumes.1"
    And "group.volumes.0" of the answer is the volume "second"
    When I send GET "volumes/{second}" to Cinder
    Then the answer says:
      | volume.status      | available |
      | volume.size        | 1         |
      | volume.snapshot_id | {of boot} |
      | volume.group_id    | {twins}   |
    When I send POST "groups/{twins}/action" to Cinder:
      """
      {"delete": {"delete-volumes": true}}
      """
    Then the group "twins" disappears
    And the volume "second" disappears
    When I send DELETE "group_snapshots/{monday}" to Cinder
    Then the group snapshot "monday" disappears
    When I send POST "groups/{pair}/action" to Cinder:
      """
      {"delete": {"delete-volumes": true}}
      """
    Then the group "pair" disappears

  @op:cinder.groups.create-from-src
  Scenario: Of a group
    Given I create "boot" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:boot}", "volume_type": "{gold}", "group_id": "{pair}"}}
      """
    And the volume "boot" becomes "available"
    When I create "twins" by POST "groups/action" to Cinder:
      """
      {"create-from-src": {"name": "{name:twins}", "source_group_id": "{pair}"}}
      """
    Then the group "twins" becomes "available"
    When I send GET "groups/{twins}?list_volume=true" to Cinder
    Then the answer says:
      | group.source_group_id   | {pair} |
      | group.group_snapshot_id | null   |
    And "group.volumes.0" of the answer is the volume "second"
    When I send GET "volumes/{second}" to Cinder
    Then the answer says:
      | volume.status       | available |
      | volume.source_volid | {boot}    |
      | volume.group_id     | {twins}   |
    When I send POST "groups/{twins}/action" to Cinder:
      """
      {"delete": {"delete-volumes": true}}
      """
    Then the group "twins" disappears
    When I send POST "groups/{pair}/action" to Cinder:
      """
      {"delete": {"delete-volumes": true}}
      """
    Then the group "pair" disappears

  @op:cinder.groups.create-from-src
  Scenario: Not of a group without volumes
    When I try to send POST "groups/action" to Cinder:
      """
      {"create-from-src": {"name": "{name:twins}", "source_group_id": "{pair}"}}
      """
    Then it is refused as a bad request, saying "Invalid Group: Source Group is empty. No group will be created."

  @op:cinder.group_snapshots.create
  Scenario: No snapshot of a group without volumes
    When I try to send POST "group_snapshots" to Cinder:
      """
      {"group_snapshot": {"group_id": "{pair}"}}
      """
    Then it is refused as a bad request, saying "Invalid Group: Source group cannot be empty or in 'creating' or 'updating' state. No group snapshot will be created."

  @op:cinder.groups.create-from-src
  Scenario Outline: Not of <what>
    When I try to send POST "groups/action" to Cinder:
      """
      {"create-from-src": {"name": "{name:twins}"<source>}}
      """
    Then it is refused as <refusal>, saying in the end "<end>"

    Examples:
      | what                         | source                                                       | refusal       | end |
      | nothing                      |                                                              | a bad request | is not valid under any of the given schemas |
      | two things                   | , "source_group_id": "{pair}", "group_snapshot_id": "{pair}" | a bad request | is valid under each of {'required': ['source_group_id']}, {'required': ['group_snapshot_id']} |
      | a group there is not         | , "source_group_id": "00000000-0000-4000-8000-000000000000"  | not found     | Group 00000000-0000-4000-8000-000000000000 could not be found. |
      | a snapshot there is not      | , "group_snapshot_id": "00000000-0000-4000-8000-000000000000"  | not found     | GroupSnapshot 00000000-0000-4000-8000-000000000000 could not be found. |
      | what has no id               | , "source_group_id": "pair"                                  | a bad request | 'pair' is not a 'uuid' |

  @op:cinder.groups.create-from-src
  Scenario: Not of a stranger's group
    When a stranger tries to send POST "groups/action" to Cinder:
      """
      {"create-from-src": {"source_group_id": "{pair}"}}
      """
    Then it is refused as not found, saying "Group {pair} could not be found."
