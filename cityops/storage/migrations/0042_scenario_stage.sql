-- Which sensors are simulated: before a scenario begins, their open alerts are closed. Nobody else's ever are.

CREATE TABLE scenario_sensor (
    sensor_id text PRIMARY KEY
);
